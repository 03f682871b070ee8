package org.praxino.server;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.praxino.server.access.Access;
import org.praxino.server.access.DayUse;
import org.praxino.server.access.Keys;
import org.praxino.server.access.Origins;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.access.StreamTokens;
import org.praxino.server.content.ContentStore;
import org.praxino.server.db.Database;
import org.praxino.server.engine.Estimates;
import org.praxino.server.engine.FairQueue;
import org.praxino.server.engine.JobRunner;
import org.praxino.server.engine.Models;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.hook.AddressGuard;
import org.praxino.server.hook.HookSecrets;
import org.praxino.server.hook.HookSender;
import org.praxino.server.hook.HookStore;
import org.praxino.server.http.HttpServer;
import org.praxino.server.http.JobDesk;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobBoard;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.live.Hall;
import org.praxino.server.metrics.Metrics;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server. Closing it ends in good order: the job in work is handed back to the queue and done after the next start. */
public final class PraxinoServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Models models;
    private HttpServer http;

    private PraxinoServer(Models models) {
        this.models = models;
    }

    /**
     * Starts to listen and then loads the models; {@code /readyz} says when they are there.
     *
     * @param models the first is the one meant when none is named
     * @throws UserException one sentence, when it cannot run as configured
     */
    public static PraxinoServer start(ServerConfig config, List<Supplier<ServedModel>> models) {
        var server = new PraxinoServer(new Models(models));
        try {
            server.open(config);
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /**
     * Finds out whether a server could run as configured, without starting it.
     *
     * @return what was looked at, a sentence each
     * @throws UserException one sentence, when it could not
     */
    public static List<String> check(ServerConfig config) {
        PromptFilter.words(config.refusedWords());
        var told = new ArrayList<String>();
        try (var folder = DataFolder.open(config.data());
                var database = DataFolder.database(folder.path(), config.database())) {
            told.add("data folder: " + folder.path());
            told.add("database: " + (config.database() == null ? "SQLite in the data folder" : "PostgreSQL") + ", tables are of this version");
            var keys = new Keys(database.jdbi(), Clock.systemUTC());
            secured(config, keys);
            told.add("keys: " + (keys.any() || config.bind().keyNeeded() ? "needed" : "not needed on this machine before the first one is made"));
            told.add(HttpServer.portIsFree(config.bind().host(), config.bind().port()));
            told.add(folder.room(config.limits().diskBytes()));
        }
        return told;
    }

    private static void secured(ServerConfig config, Keys keys) {
        if (!config.bind().loopback() && !keys.any()) {
            throw new UserException("to be reached from other machines (" + config.bind().host()
                    + ") the server needs a key first: make one with praxino keys add NAME, or listen on 127.0.0.1");
        }
    }

    private void open(ServerConfig config) {
        Clock clock = Clock.systemUTC();
        PromptFilter filter = PromptFilter.words(config.refusedWords());
        DataFolder folder = keep(DataFolder.open(config.data()));
        Database database = keep(DataFolder.database(folder.path(), config.database()));
        var keys = new Keys(database.jdbi(), clock);
        var use = new DayUse(database.jdbi(), clock);
        secured(config, keys);

        var metrics = new Metrics();
        var board = new JobBoard();
        var hooks = new HookStore(database.jdbi(), clock);
        var store = new JobStore(database.jdbi(), clock, hooks);
        var content = new ContentStore(folder.path().resolve("jobs"));
        var secrets = HookSecrets.in(folder.path().resolve("webhook.secret"));
        var guard = new AddressGuard(config.hooks().allowPrivate());
        var queue = new FairQueue();
        var estimates = new Estimates();
        metrics.gauge("praxino_queue_depth", "Jobs that wait", queue::size);
        metrics.caches(() -> models.all().stream().mapToLong(ServedModel::cacheBytes).sum());

        recover(store, content, queue);
        parts.push(models);
        var sender = keep(new HookSender(hooks, secrets, guard, config.hooks().pauses(), clock, metrics));
        board.onEnd(sender::wake);
        sender.start();
        var runner = keep(new JobRunner(new JobRunner.Tools(
                models, store, content, queue, board, estimates, metrics, clock, config.limits().keep())));
        keep(new Janitor(store, content, hooks, use, board, clock, config.limits().keep())).start();
        var desk = new JobDesk(new JobDesk.Tools(models, store, content, queue, board, runner, estimates, metrics, filter, use,
                config.limits().queue(), config.limits().diskBytes(), config.badge()));
        var access = new Access(keys, new StreamTokens(keys, clock), config.bind().keyNeeded() || !config.bind().loopback(),
                config.limits().jobs(), config.limits().perMinute());
        var hall = keep(new Hall(models, filter, use, metrics, config.live(), config.badge(), folder.path()));
        var origins = new Origins(config.bind().origins(), config.bind().loopback());
        http = keep(HttpServer.start(
                new HttpServer.Door(config.bind().host(), config.bind().port(), config.limits().uploadBytes(), folder.path(), origins),
                new HttpServer.Rooms(desk, models, hooks, secrets, guard, access, metrics, hall)));
        parts.push(hall::stop); // while its clients can still be told
        runner.start();
    }

    private static void recover(JobStore store, ContentStore content, FairQueue queue) {
        for (Job job : store.recover()) {
            JobState now = store.find(job.id()).map(Job::state).orElse(JobState.CANCELLED);
            LOG.warn("job {} was in work when the server went down: now it is {}", job.id(), now.text());
            if (now.ended()) {
                content.delete(job.id());
            }
        }
        store.queued().forEach(job -> queue.add(job.owner(), job.id()));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
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

    /** Whether the models are loaded and warm. */
    public boolean ready() {
        return models.ready();
    }

    /** Why the models could not be loaded, if they could not. */
    public java.util.Optional<String> failure() {
        return models.failure();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.error("stopping", e);
            }
        }
    }
}
