package org.praxino.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.TestServer.until;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.Gate;
import org.praxino.server.TestModel;
import org.praxino.server.content.ContentStore;
import org.praxino.server.db.Database;
import org.praxino.server.job.JobEndListener;
import org.praxino.server.job.JobProgressTracker;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.job.TestJobs;
import org.praxino.server.metrics.Metrics;

/** A database that fails while jobs begin and end: every job is made once, and the worker says when it cannot work. */
class DatabaseOutageTest {
    @TempDir
    Path folder;

    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicInteger lostAnswers = new AtomicInteger();
    private final ServerHealth health = new ServerHealth();
    private final FairQueue queue = new FairQueue();
    private final TestModel model = new TestModel();
    private final AtomicInteger made = new AtomicInteger();
    private final ModelRegistry models = new ModelRegistry(List.of(() -> model));
    private final Gate gate = new Gate();
    private Database database;
    private JobStore store;
    private JobRunner runner;

    @BeforeEach
    void open() {
        database = Database.sqlite(folder.resolve("jobs.sqlite"));
        store = new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE);
        var failing = new JobStore(Jdbi.create(this::connect), Clock.systemUTC(), JobEndListener.NONE);
        runner = new JobRunner(new JobRunner.Dependencies(models, failing,
                new ContentStore(folder.resolve("jobs")), queue, new JobProgressTracker(), new WaitEstimator(), new Metrics(), Clock.systemUTC(),
                Duration.ofHours(1), health));
    }

    @AfterEach
    void close() {
        away.set(false);
        gate.open();
        runner.close();
        database.close();
    }

    private Connection connect() throws SQLException {
        if (away.get()) {
            throw new SQLException("connection refused", "08001");
        }
        Connection real = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("jobs.sqlite") + "?busy_timeout=10000");
        return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
            try {
                Object result = method.invoke(real, arguments);
                if (method.getName().equals("commit") && lostAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    throw new SQLException("the connection broke before the answer came", "08006");
                }
                return result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private void start() {
        runner.start();
        until("the model is loaded", models::ready);
    }

    private void add(String id) {
        store.add(TestJobs.job(id, "a"));
        queue.add("a", id);
    }

    private void ends(String id) {
        until(id + " ends", () -> store.find(id).orElseThrow().state().ended());
        assertThat(store.find(id).orElseThrow().state()).isEqualTo(JobState.COMPLETED);
        assertThat(store.find(id).orElseThrow().starts()).isEqualTo(1);
    }

    private void gated() {
        model.between = (done, total, note) -> {
            if (done == 1 && note == org.praxino.stream.Phase.DENOISING) {
                made.incrementAndGet();
            }
            gate.update(done, total, note);
        };
    }

    @Test
    void aDatabaseAwayWhileAJobBeginsAndEndsLosesNothing() throws Exception {
        start();
        gated();
        away.set(true);
        add("j1");
        add("j2");
        until("the worker says that it cannot work", () -> health.problem().isPresent());
        assertThat(health.problem().orElseThrow()).contains("database");
        away.set(false);
        gate.arrived();
        until("the worker works again", () -> {
            health.works(ServerHealth.Need.DATABASE); // as the watch says once it has the database again
            return health.problem().isEmpty();
        });
        away.set(true);
        gate.open();
        until("the end cannot be written", () -> health.problem().isPresent());
        away.set(false);
        ends("j1");
        ends("j2");
        assertThat(made.get()).as("each is made once").isEqualTo(2);
        assertThat(folder.resolve("jobs/j1/out/about.json")).exists();
    }

    @Test
    void anAnswerThatIsLostAfterTheCommitLosesNoJob() {
        start();
        for (String id : List.of("j1", "j2", "j3")) {
            lostAnswers.set(1); // the first commit marks the job as begun
            add(id);
            ends(id);
        }
    }

    @Test
    void aServerClosesWhileTheDatabaseIsAway() throws Exception {
        start();
        gated();
        add("j1");
        gate.arrived();
        away.set(true);
        gate.open();
        until("the end cannot be written", () -> health.problem().isPresent());
        long begun = System.nanoTime();
        runner.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
        assertThat(runner.ended()).isTrue();
        assertThat(store.find("j1").orElseThrow().state()).as("made anew after the next start").isEqualTo(JobState.IN_PROGRESS);
    }

    @Test
    void aProblemThatLastsEndsTheServer() {
        var now = new AtomicLong();
        var patient = new ServerHealth(now::get, Duration.ofMinutes(10));
        patient.fails(ServerHealth.Need.JOBS, "the database cannot be reached");
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        patient.fails(ServerHealth.Need.JOBS, "the database cannot be reached");
        assertThat(patient.end()).isEmpty();
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(patient.end().orElseThrow()).contains("cannot be reached");
        patient.works(ServerHealth.Need.JOBS);
        assertThat(patient.end()).isEmpty();
        assertThat(patient.problem()).isEmpty();
    }
}
