package org.praxino.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.praxino.server.access.DailyUsage;
import org.praxino.server.db.Database;

/** What the table of jobs promises, whatever database it is in. */
abstract class JobStoreContract {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final List<String> reported = new ArrayList<>();
    private Database database;
    private JobStore store;

    /** The same database each time within a test, empty at its beginning. */
    abstract Database open();

    @BeforeEach
    void begin() {
        reopen();
    }

    @AfterEach
    void end() {
        database.close();
    }

    private void reopen() {
        if (database != null) {
            database.close();
        }
        database = open();
        store = new JobStore(database.jdbi(), CLOCK, (h, job) -> reported.add(job.id() + " " + job.state().text()));
    }

    private JobState state(String id) {
        return store.find(id).orElseThrow().state();
    }

    @Test
    void whatWasAcceptedIsThereAfterReopening() {
        var hook = new JobSpec.Webhook("https://example.org/x", List.of("video.completed"));
        var spec = TestJobs.spec("naïve 日本 \"quoted\"", hook);
        assertThat(store.add(new NewJob("j1", "a", spec, "origin", null, 1))).isInstanceOf(SubmitResult.Accepted.class);
        reopen();
        Job job = store.find("j1").orElseThrow();
        assertThat(job.spec()).isEqualTo(spec);
        assertThat(job.origin()).isEqualTo("origin");
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        assertThat(job.created()).isEqualTo(CLOCK.millis());
        assertThat(store.queued()).extracting(Job::id).containsExactly("j1");
    }

    @Test
    void aJobGoesThroughItsStatesOnce() {
        store.add(TestJobs.job("j1", "a"));
        assertThat(store.begin("j1").orElseThrow().starts()).isEqualTo(1);
        assertThat(store.begin("j1")).as("it is begun once").isEmpty();
        assertThat(store.complete("j1", 123, CLOCK.millis() + 5)).isTrue();
        assertThat(state("j1")).isEqualTo(JobState.COMPLETED);
        assertThat(store.cancel("j1").orElseThrow().state()).as("what has ended stays").isEqualTo(JobState.COMPLETED);
        store.fail("j1", new Job.JobError("x", "y"));
        store.cancelled("j1");
        assertThat(state("j1")).isEqualTo(JobState.COMPLETED);
        assertThat(store.bytes()).isEqualTo(123);
        assertThat(reported).containsExactly("j1 completed");
    }

    @Test
    void aFailureIsKeptWithItsReason() {
        store.add(TestJobs.job("j1", "a"));
        store.begin("j1");
        store.fail("j1", new Job.JobError("out_of_memory", "too much"));
        assertThat(store.find("j1").orElseThrow().error()).isEqualTo(new Job.JobError("out_of_memory", "too much"));
        assertThat(reported).containsExactly("j1 failed");
    }

    @Test
    void stopsActOnWaitingJobsAtOnceAndOnOthersWhenTheyGetThere() {
        store.add(TestJobs.job("waits", "a"));
        store.add(TestJobs.job("works", "a"));
        store.begin("works");
        assertThat(store.cancel("waits").orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        assertThat(store.cancel("works").orElseThrow().state()).isEqualTo(JobState.CANCELLING);
        assertThat(store.complete("works", 9, 9)).as("too late to complete").isFalse();
        assertThat(state("works")).isEqualTo(JobState.CANCELLED);
        assertThat(store.bytes()).isZero();
        assertThat(reported).containsExactly("waits cancelled", "works cancelled");
        assertThat(store.cancel("nothing")).isEmpty();
    }

    @Test
    void handingBackDoesNotCountAsACrash() {
        store.add(TestJobs.job("j1", "a"));
        for (int i = 0; i < 3; i++) {
            assertThat(store.begin("j1").orElseThrow().starts()).isEqualTo(1);
            store.requeue("j1");
            assertThat(state("j1")).isEqualTo(JobState.QUEUED);
        }
        store.begin("j1");
        store.cancel("j1");
        store.requeue("j1");
        assertThat(state("j1")).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aJobInWorkIsBegunAgainOnceAndThenParked() {
        store.add(TestJobs.job("bad", "a"));
        store.add(TestJobs.job("stopping", "a"));
        store.begin("bad");
        store.begin("stopping");
        store.cancel("stopping");
        reopen();
        store.recover();
        assertThat(state("bad")).isEqualTo(JobState.QUEUED);
        assertThat(state("stopping")).isEqualTo(JobState.CANCELLED);
        store.begin("bad");
        reopen();
        store.recover();
        Job parked = store.find("bad").orElseThrow();
        assertThat(parked.state()).isEqualTo(JobState.FAILED);
        assertThat(parked.error().code()).isEqualTo(JobStore.PARKED);
        assertThat(store.queued()).isEmpty();
    }

    @Test
    void theSameRequestMakesOneJob() {
        assertThat(store.add(TestJobs.once("j1", "k", "h"))).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(store.add(TestJobs.once("j2", "k", "h"))).isInstanceOfSatisfying(SubmitResult.Duplicate.class, r ->
                assertThat(r.job().id()).isEqualTo("j1"));
        assertThat(store.add(TestJobs.once("j3", "k", "other"))).isInstanceOf(SubmitResult.Conflict.class);
        assertThat(store.findDuplicate("a", new NewJob.IdempotencyKey("k", "h"))).isPresent();
        assertThat(store.findDuplicate("b", new NewJob.IdempotencyKey("k", "h"))).as("another's key").isEmpty();
        store.hide("j1");
        assertThat(store.add(TestJobs.once("j4", "k", "h"))).as("a deleted job frees its key").isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void twentyAtOnceUnderOneKeyMakeOneJob() throws Exception {
        var accepted = new AtomicInteger();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                int n = i;
                pool.submit(() -> {
                    if (store.add(TestJobs.once("j" + n, "k", "h")) instanceof SubmitResult.Accepted) {
                        accepted.incrementAndGet();
                    }
                });
            }
        }
        assertThat(accepted).hasValue(1);
        assertThat(store.queued()).hasSize(1);
    }

    @Test
    void anOwnerHasItsMost() {
        for (int i = 0; i < 3; i++) {
            store.add(TestJobs.job("a" + i, "a"));
        }
        assertThat(store.add(new NewJob("a3", "a", TestJobs.spec("x", null), null, null, 3))).isEqualTo(new SubmitResult.TooManyActive(3));
        assertThat(store.add(new NewJob("b0", "b", TestJobs.spec("x", null), null, null, 3))).isInstanceOf(SubmitResult.Accepted.class);
        store.cancel("a0");
        assertThat(store.add(new NewJob("a3", "a", TestJobs.spec("x", null), null, null, 3))).isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void anOwnerHasItsSecondsOfTheDay() {
        assertThat(add(store, "a0", "a", 4)).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(add(store, "a1", "a", 6)).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(add(store, "a2", "a", 1)).isEqualTo(new SubmitResult.QuotaExceeded(10));
        assertThat(add(store, "b0", "b", 10)).as("another's").isInstanceOf(SubmitResult.Accepted.class);
        assertThat(store.add(TestJobs.job("a2", "a"))).as("without a quota").isInstanceOf(SubmitResult.Accepted.class);
        reopen();
        assertThat(add(store, "a3", "a", 1)).as("after a restart").isEqualTo(new SubmitResult.QuotaExceeded(10));
        var use = new DailyUsage(database.jdbi(), CLOCK);
        assertThat(use.secondsUntilReset()).isEqualTo(24 * 3600);
        use.add("b", 1.5);
        assertThat(use.today("b")).isEqualTo(11.5);

        store.cancel("a0"); // while it waits
        assertThat(use.today("a")).isEqualTo(6);
        store.begin("a1");
        store.fail("a1", new Job.JobError("x", "y"));
        assertThat(use.today("a")).isZero();
        assertThat(add(store, "a3", "a", 10)).isInstanceOf(SubmitResult.Accepted.class);
        store.begin("a3");
        store.cancel("a3");
        store.cancelled("a3");
        assertThat(use.today("a")).as("it was stopped while it was made").isEqualTo(10);

        Clock tomorrow = Clock.offset(CLOCK, Duration.ofHours(24));
        var later = new JobStore(database.jdbi(), tomorrow, JobEndListener.NONE);
        assertThat(add(later, "a4", "a", 10)).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(add(later, "a5", "a", 1)).isEqualTo(new SubmitResult.QuotaExceeded(10));
        new DailyUsage(database.jdbi(), Clock.offset(CLOCK, Duration.ofDays(8))).deleteOld();
        assertThat(use.today("a")).as("forgotten").isZero();
        assertThat(new DailyUsage(database.jdbi(), tomorrow).today("a")).isEqualTo(10);
    }

    @Test
    void whatIsAskedForAtMidnightIsGivenBackToItsDay() {
        for (int early = 0; early < 4; early++) {
            var ticking = new Ticking(CLOCK.millis() - early);
            var late = new JobStore(database.jdbi(), ticking, JobEndListener.NONE);
            add(late, "a" + early, "a", 4);
            late.cancel("a" + early);
            for (int day = -1; day <= 0; day++) {
                assertThat(new DailyUsage(database.jdbi(), Clock.offset(CLOCK, Duration.ofDays(day))).today("a"))
                        .as("begun %d ms early, day %d", early, day).isZero();
            }
        }
    }

    /** A millisecond later each time that it is read. */
    private static final class Ticking extends Clock {
        private long next;

        Ticking(long first) {
            this.next = first;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(next++);
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static SubmitResult add(JobStore to, String id, String owner, double seconds) {
        return to.add(new NewJob(id, owner, TestJobs.spec("x", null), null, null, 100, new NewJob.Cost(seconds, 10)));
    }

    @Test
    void pagesHoldEveryJobOnceInEitherOrder() {
        for (int i = 0; i < 7; i++) {
            store.add(TestJobs.job("j" + i, i == 3 ? "b" : "a"));
        }
        for (boolean newest : List.of(true, false)) {
            var seen = new ArrayList<String>();
            Long last = null;
            for (List<Job> page = store.list("a", null, 2, newest); !page.isEmpty(); page = store.list("a", last, 2, newest)) {
                page.forEach(job -> seen.add(job.id()));
                last = store.position(page.getLast().id(), "a").orElseThrow();
            }
            var expected = new ArrayList<>(List.of("j0", "j1", "j2", "j4", "j5", "j6"));
            assertThat(seen).containsExactlyElementsOf(newest ? expected.reversed() : expected);
        }
        assertThat(store.list(null, null, 100, true)).hasSize(7);
    }

    @Test
    void deletedIdsStillWorkAsPageMarks() {
        store.add(TestJobs.job("j1", "a"));
        store.add(TestJobs.job("j2", "a"));
        long place = store.position("j2", "a").orElseThrow();
        store.cancel("j2");
        assertThat(store.remove("j2")).isTrue();
        assertThat(store.remove("j2")).isFalse();
        assertThat(store.position("j2", "a")).hasValue(place);
        assertThat(store.position("j2", null)).hasValue(place);
        assertThat(store.position("j2", "b")).as("another's").isEmpty();
        store.deleteRemovedIds(CLOCK.millis() + 1);
        assertThat(store.position("j2", "a")).isEmpty();
        assertThat(store.position("j1", "a")).isPresent();
    }

    @Test
    void whatIsDeletedOrExpiredGoes() {
        store.add(TestJobs.job("works", "a"));
        store.add(TestJobs.job("done", "a"));
        store.begin("works");
        store.begin("done");
        store.complete("done", 77, CLOCK.millis() - 1);
        store.hide("works");
        assertThat(store.find("works")).isEmpty();
        assertThat(store.remove("works")).as("still in work").isFalse();
        assertThat(store.complete("works", 5, 5)).isFalse();
        assertThat(store.removable()).containsExactly("works");
        assertThat(store.remove("works")).isTrue();
        assertThat(store.expired()).containsExactly("done");
        store.contentDeleted("done");
        assertThat(store.expired()).isEmpty();
        assertThat(store.bytes()).isZero();
        assertThat(store.endedBefore(CLOCK.millis())).containsExactly("done");
    }
}
