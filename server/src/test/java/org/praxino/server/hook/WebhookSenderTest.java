package org.praxino.server.hook;

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
        var spec = TestJobs.spec("a prompt", new JobSpec.Hook(url(), List.of(events)));
        jobs.add(new NewJob(id, "owner", spec, null, null, 10));
        jobs.begin(id);
        jobs.fail(id, new Job.JobError("x", "y"));
    }

    private WebhookDelivery ended(String job) {
        TestServer.until("the delivery has ended", () -> hooks.deliveries(job).stream().noneMatch(d -> d.state().equals("pending")));
        return hooks.deliveries(job).getFirst();
    }

    @Test
    void aDeliveryIsSignedAndToldOnce() {
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
    void goneMeansGone() {
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
}
