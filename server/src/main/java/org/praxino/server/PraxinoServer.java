package org.praxino.server;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.praxino.server.access.AccessTokens;
import org.praxino.server.access.ApiKeys;
import org.praxino.server.access.Authenticator;
import org.praxino.server.access.DailyUsage;
import org.praxino.server.access.OriginPolicy;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.content.ContentStore;
import org.praxino.server.db.Database;
import org.praxino.server.db.DatabaseFault;
import org.praxino.server.engine.FairQueue;
import org.praxino.server.engine.JobRunner;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.engine.ServerHealth;
import org.praxino.server.engine.WaitEstimator;
import org.praxino.server.http.HttpServer;
import org.praxino.server.http.JobService;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobProgressTracker;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.live.LiveService;
import org.praxino.server.metrics.Metrics;
import org.praxino.server.outbound.SsrfGuard;
import org.praxino.server.webhook.WebhookSecrets;
import org.praxino.server.webhook.WebhookSender;
import org.praxino.server.webhook.WebhookStore;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server. Closing it shuts down gracefully: the current job is requeued and runs after the next start. */
public final class PraxinoServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final ModelRegistry models;
    private final ServerHealth health = new ServerHealth();
    private BooleanSupplier workerEnded = () -> true;
    @SuppressWarnings("NullAway.Init") // set by open, before the server is returned
    private HttpServer http;

    private PraxinoServer(ModelRegistry models) {
        this.models = models;
    }

    /**
     * Starts listening, then loads the models; {@code /readyz} reports when they are ready.
     *
     * @param models the first is the default
     * @throws UserException if it cannot run as configured
     */
    public static PraxinoServer start(ServerConfig config, List<Supplier<ServedModel>> models) {
        var server = new PraxinoServer(new ModelRegistry(models, config.aliases()));
        try {
            server.open(config);
            return server;
        } catch (JdbiException e) {
            server.close();
            throw unusable(e);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private static UserException unusable(JdbiException e) {
        return new UserException(DatabaseFault.of(e).sentence() + ": " + DatabaseFault.reason(e), e);
    }

    /**
     * Checks whether a server could run as configured, without starting it.
     *
     * @return one line per check
     * @throws UserException if it could not
     */
    public static List<String> check(ServerConfig config) {
        PromptFilter.ofWordLists(config.blockedWords());
        var report = new ArrayList<String>();
        try (var folder = DataFolder.open(config.data());
                var database = folder.database(config.database(), false)) {
            report.add("data folder: " + folder.path());
            report.add("database: " + (config.database() == null ? "SQLite in the data folder" : "PostgreSQL") + ", tables are of this version");
            var keys = new ApiKeys(database.jdbi(), Clock.systemUTC());
            requireKey(config, keys);
            report.add("keys: " + (keys.anyExist() || config.bind().requireKey() ? "needed"
                    : "not needed on this machine before the first one is made"));
            report.add(HttpServer.checkPort(config.bind().host(), config.bind().port()));
            report.add(folder.diskSpace(config.limits().diskBytes()));
        } catch (JdbiException e) {
            throw unusable(e);
        }
        return report;
    }

    private static void requireKey(ServerConfig config, ApiKeys keys) {
        if (!config.bind().loopback() && !keys.anyExist()) {
            throw new UserException("to be reached from other machines (" + config.bind().host()
                    + ") the server needs a key first: make one with praxino keys add NAME, or listen on 127.0.0.1");
        }
    }

    private void open(ServerConfig config) {
        Clock clock = Clock.systemUTC();
        PromptFilter filter = PromptFilter.ofWordLists(config.blockedWords());
        DataFolder folder = register(DataFolder.open(config.data()));
        Database database = register(folder.database(config.database(), true));
        var keys = new ApiKeys(database.jdbi(), clock);
        var use = new DailyUsage(database.jdbi(), clock);
        requireKey(config, keys);

        var metrics = new Metrics();
        var board = new JobProgressTracker();
        var hooks = new WebhookStore(database.jdbi(), clock);
        var store = new JobStore(database.jdbi(), clock, hooks);
        var content = new ContentStore(folder.path().resolve("jobs"));
        var secrets = WebhookSecrets.open(folder.path().resolve("webhook.secret"));
        var guard = new SsrfGuard(config.hooks().allowPrivate());
        var queue = new FairQueue();
        var estimates = new WaitEstimator();
        metrics.gauge("praxino_ready", "1 when jobs can be worked on, else 0", () -> models.ready() && health.problem().isEmpty() ? 1 : 0);
        metrics.gauge("praxino_queue_depth", "Jobs that wait", queue::size);
        metrics.caches(() -> models.all().stream().mapToLong(ServedModel::cacheBytes).sum());

        recover(store, content, queue);
        resources.push(() -> {
            if (workerEnded.getAsBoolean()) { // native code still works with them otherwise; the process ends now
                models.close();
            }
        });
        var sender = register(new WebhookSender(hooks, secrets, guard, config.hooks().retryDelays(), clock, metrics));
        board.onEnd(sender::wake);
        sender.start();
        var runner = register(new JobRunner(new JobRunner.Dependencies(
                models, store, content, queue, board, estimates, metrics, clock, config.limits().retention(), health)));
        workerEnded = runner::ended;
        register(new DatabaseWatch(database, health, runner::stop)).start();
        register(new CleanupTask(store, content, hooks, use, board, queue, runner, clock, config.limits().retention())).start();
        var jobs = new JobService(new JobService.Dependencies(models, store, content, queue, board, runner, estimates, metrics, filter, use,
                config.limits().queue(), config.limits().diskBytes(), config.badge()));
        var access = new Authenticator(keys, new AccessTokens(keys, clock), config.bind().requireKey() || !config.bind().loopback(),
                config.limits().jobs(), config.limits().perMinute());
        var live = register(new LiveService(models, filter, use, metrics, config.live(), config.badge(), folder.path()));
        var origins = new OriginPolicy(config.bind().origins(), config.bind().loopback());
        http = register(HttpServer.start(
                new HttpServer.ListenSettings(config.bind().host(), config.bind().port(), config.limits().uploadBytes(), folder.path(), origins),
                new HttpServer.Services(jobs, models, health, hooks, secrets, guard, access, metrics, live)));
        resources.push(live::stop); // while clients can still be notified
        runner.start();
    }

    private static void recover(JobStore store, ContentStore content, FairQueue queue) {
        for (Job job : store.recover()) {
            JobState now = store.find(job.id()).map(Job::state).orElse(JobState.CANCELLED);
            LOG.warn("job {} was running when the server stopped: now it is {}", job.id(), now.text());
            if (now.ended()) {
                content.delete(job.id());
            }
        }
        store.queued().forEach(job -> queue.add(job.owner(), job.id()));
    }

    private <T extends AutoCloseable> T register(T part) {
        resources.push(part);
        return part;
    }

    /** The port it listens on. */
    public int port() {
        return http.port();
    }

    /** Method and path of every route. */
    public List<String> routes() {
        return http.routes();
    }

    /** Whether the models are loaded and warmed up. */
    public boolean ready() {
        return models.ready() && health.problem().isEmpty();
    }

    /** Why loading the models failed, if it did. */
    public java.util.Optional<String> failure() {
        return models.failure();
    }

    /** Why the server should be closed, if it cannot continue: it lost its database, or could not work for long. */
    public java.util.Optional<String> end() {
        return health.end();
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                LOG.error("stopping", e);
            }
        }
    }
}
