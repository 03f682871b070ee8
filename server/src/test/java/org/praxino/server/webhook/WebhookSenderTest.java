package org.praxino.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TestServer;
import org.praxino.server.db.Database;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobSpec;
import org.praxino.server.job.JobStore;
import org.praxino.server.job.NewJob;
import org.praxino.server.job.TestJobs;
import org.praxino.server.metrics.Metrics;
import org.praxino.server.outbound.SsrfGuard;

/** Deliveries to a real receiver: signed, tried again, given up, written down. */
class WebhookSenderTest {
    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(20), Duration.ofMillis(40));

    private record Received(Map<String, List<String>> headers, String body) {}

    @TempDir
    Path folder;

    private final List<Received> got = Collections.synchronizedList(new ArrayList<>());
    private final WebhookSecrets secrets = new WebhookSecrets(new byte[32]);
    private final AtomicInteger status = new AtomicInteger(200);
    private HttpServer receiver;
    private Database database;
    private WebhookStore hooks;
    private JobStore jobs;
    private WebhookSender sender;

    @BeforeEach
    void open() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            got.add(new Received(Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        receiver.start();
        database = Database.sqlite(folder.resolve("jobs.sqlite"));
        hooks = new WebhookStore(database.jdbi(), Clock.systemUTC());
        jobs = new JobStore(database.jdbi(), Clock.systemUTC(), hooks);
    }

    @AfterEach
    void close() {
        if (sender != null) {
            sender.close();
        }
        database.close();
        receiver.stop(0);
    }

    private void start(boolean allowPrivate) {
        sender = new WebhookSender(hooks, secrets, new SsrfGuard(allowPrivate), PAUSES, Clock.systemUTC(), new Metrics());
        sender.start();
    }

    private String url() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?for=me";
    }

    private void fail(String id, String... events) {
        failAt(url(), "owner", id, events);
    }

    private void failAt(String url, String owner, String id, String... events) {
        var spec = TestJobs.spec("a prompt", new JobSpec.Webhook(url, List.of(events)));
        jobs.add(new NewJob(id, owner, spec, null, null, 1000));
        jobs.begin(id);
        jobs.fail(id, new Job.JobError("x", "y"));
    }

    private WebhookDelivery ended(String job) {
        TestServer.until("the delivery has ended", () -> hooks.deliveries(job).stream().noneMatch(d -> d.state().equals("pending")));
        return hooks.deliveries(job).getFirst();
    }

    @Test
    void aDeliveryIsSignedAndSentOnce() {
        fail("j1", "video.failed");
        fail("j2", "video.completed");
        start(true);
        WebhookDelivery delivery = ended("j1");
        assertThat(delivery.state()).isEqualTo("delivered");
        assertThat(delivery.log()).singleElement().satisfies(a -> assertThat(a.status()).isEqualTo(200));
        assertThat(hooks.deliveries("j2")).as("nobody asked to hear of that").isEmpty();
        Received one = got.getFirst();
        String id = one.headers.get("Webhook-id").getFirst();
        long at = Long.parseLong(one.headers.get("Webhook-timestamp").getFirst());
        assertThat(one.headers.get("Webhook-signature")).containsExactly(secrets.sign("owner", id, at, one.body));
        var message = TestServer.json(one.body);
        assertThat(message.get("id").stringValue()).isEqualTo(id);
        assertThat(message.get("object").stringValue()).isEqualTo("event");
        assertThat(message.get("created_at").longValue()).isCloseTo(at, org.assertj.core.data.Offset.offset(60L));
        assertThat(message.get("type").stringValue()).isEqualTo("video.failed");
        assertThat(message.get("data").get("id").stringValue()).isEqualTo("j1");
        assertThat(message.get("data").get("error").get("code").stringValue()).isEqualTo("x");
    }

    @Test
    void whatIsNotTakenIsTriedAgainUnderTheSameId() {
        status.set(500);
        start(true);
        fail("j1", "video.failed");
        sender.wake();
        TestServer.until("it was tried twice", () -> got.size() >= 2);
        status.set(204);
        WebhookDelivery delivery = ended("j1");
        assertThat(delivery.state()).isEqualTo("delivered");
        assertThat(delivery.log()).hasSizeBetween(2, 3);
        assertThat(got.stream().map(g -> g.headers.get("Webhook-id").getFirst()).distinct()).hasSize(1);
    }

    @Test
    void afterTheLastTryItIsGivenUp() {
        status.set(302); // not followed
        fail("j1", "video.failed");
        start(true);
        WebhookDelivery delivery = ended("j1");
        assertThat(delivery.state()).isEqualTo("given_up");
        assertThat(delivery.log()).hasSize(3).allSatisfy(a -> assertThat(a.status()).isEqualTo(302));
    }

    @Test
    void statusGoneEndsTheRetries() {
        status.set(410);
        fail("j1", "video.failed");
        start(true);
        assertThat(ended("j1").log()).hasSize(1);
    }

    @Test
    void privateAddressesAreNotCalled() {
        fail("j1", "video.failed");
        start(false);
        WebhookDelivery delivery = ended("j1");
        assertThat(delivery.state()).isEqualTo("given_up");
        assertThat(delivery.log().getFirst().error()).contains("network");
        assertThat(got).isEmpty();
    }

    @Test
    void aDeliveryOutlivesTheProcess() {
        fail("j1", "video.failed");
        database.close();
        database = Database.sqlite(folder.resolve("jobs.sqlite"));
        hooks = new WebhookStore(database.jdbi(), Clock.systemUTC());
        start(true);
        assertThat(ended("j1").state()).isEqualTo("delivered");
    }

    /** Addresses that got in before they were checked, or that nobody thought of. */
    @Test
    void whateverADeliveryThrowsIsATryAndTriesEnd() {
        List<String> poison = List.of("http://example.org:99999/", "http://127.0.0.1:0/", "nonsense", "mailto:a@b", "http:///x", "http://exa mple/",
                "https://localhost./x", "http://a..b/", "", "http://[::1", "https://" + "a".repeat(300) + ".example/");
        for (int i = 0; i < poison.size(); i++) {
            failAt(poison.get(i), "owner", "p" + i, "video.failed");
        }
        start(true);
        for (int i = 0; i < poison.size(); i++) {
            WebhookDelivery delivery = ended("p" + i);
            assertThat(delivery.state()).as(poison.get(i)).isEqualTo("given_up");
            assertThat(delivery.log()).as(poison.get(i)).hasSize(3).allSatisfy(a -> {
                assertThat(a.error()).isNotBlank();
                assertThat(a.status()).as("there was no answer").isNull();
            });
        }
    }

    @Test
    void aTryThatCannotBeWrittenDownIsNotRepeatedAtOnce() throws Exception {
        fail("j1", "video.failed");
        database.jdbi().useHandle(h -> h.execute("CREATE TRIGGER full BEFORE INSERT ON delivery_attempts BEGIN SELECT RAISE(ABORT, 'disk'); END"));
        sender = new WebhookSender(hooks, secrets, new SsrfGuard(true), List.of(Duration.ofMillis(300)), Clock.systemUTC(), new Metrics());
        sender.start();
        TestServer.until("it was tried", () -> !got.isEmpty());
        Thread.sleep(1000);
        assertThat(got).hasSizeBetween(1, 5);
        database.jdbi().useHandle(h -> h.execute("DROP TRIGGER full"));
        assertThat(ended("j1").state()).isEqualTo("delivered");
    }

    @Test
    void aSlowReceiverDelaysNoOther() throws Exception {
        try (var dripping = new java.net.ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> drip(dripping));
            for (int i = 0; i < 40; i++) {
                failAt("http://127.0.0.1:" + dripping.getLocalPort() + "/" + i, "slow", "s" + i, "video.failed");
            }
            sender = new WebhookSender(hooks, secrets, new WebhookClient(new SsrfGuard(true), Duration.ofSeconds(2)), PAUSES, Clock.systemUTC(),
                    new Metrics());
            sender.start();
            TestServer.until("it waits for the slow one", () -> dripped.get() > 0);
            long begun = System.nanoTime();
            fail("j1", "video.failed");
            sender.wake();
            assertThat(ended("j1").state()).isEqualTo("delivered");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
            TestServer.until("the slow one's first try has ended", () -> !hooks.deliveries("s0").getFirst().log().isEmpty());
            assertThat(hooks.deliveries("s0").getFirst().log().getFirst().error()).contains("no answer within 2.0 s");
            assertThat(hooks.deliveries("s0").getFirst().log().getFirst().millis()).isBetween(1_900L, 6_000L);
            begun = System.nanoTime();
            sender.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("a stop does not wait for it").isLessThan(Duration.ofSeconds(10));
        }
    }

    private final AtomicInteger dripped = new AtomicInteger();

    /** A byte of a status line now and then, to everyone, forever. */
    private void drip(java.net.ServerSocket server) {
        try {
            while (true) {
                java.net.Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> {
                    try (socket) {
                        while (true) {
                            socket.getOutputStream().write('H');
                            dripped.incrementAndGet();
                            Thread.sleep(100);
                        }
                    } catch (java.io.IOException | InterruptedException e) {
                        // the sender gave up
                    }
                });
            }
        } catch (java.io.IOException e) {
            // the test is over
        }
    }
}
