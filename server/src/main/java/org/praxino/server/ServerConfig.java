package org.praxino.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.server.hook.HookSender;
import org.praxino.server.live.LiveSettings;
import org.praxino.tensor.UserException;

/**
 * How a server is to run.
 *
 * @param data folder of everything that it keeps; made if it is absent
 * @param database PostgreSQL URL, or null for SQLite in the data folder
 * @param refusedWords file with words of which nothing is made, or null for those built in
 * @param live limits of live sessions
 * @param badge whether everything that is made is marked visibly as generated, asked for or not
 */
public record ServerConfig(Bind bind, Path data, @Nullable String database, Limits limits, Hooks hooks, @Nullable Path refusedWords,
        LiveSettings live, boolean badge) {
    /**
     * Where to listen and for whom.
     *
     * @param port 0 for a free one
     * @param origins pages of other origins that may use the server
     * @param keyNeeded ask for a key even on loopback and even before one was made
     */
    public record Bind(String host, int port, Set<String> origins, boolean keyNeeded) {
        public static final Bind LOOPBACK = new Bind("127.0.0.1", 8080, Set.of(), false);

        public Bind {
            origins = Set.copyOf(origins);
            if (port < 0 || port > 65_535) {
                throw new UserException("port " + port + " is not possible: give a number from 0 to 65535");
            }
            for (String origin : origins) {
                if (!origin.matches("https?://[A-Za-z0-9.:\\[\\]-]+")) {
                    throw new UserException("\"" + origin + "\" is not an origin: write it as https://studio.example.org");
                }
            }
        }

        /** Whether only this machine can reach it. */
        public boolean loopback() {
            return host.equals("localhost") || host.equals("::1") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        }
    }

    /**
     * How much is let in.
     *
     * @param uploadBytes of one request
     * @param queue jobs that wait, of all callers together
     * @param jobs under way of a caller without a key
     * @param perMinute requests of a caller without a key
     * @param diskBytes of all finished videos
     * @param keep how long finished videos stay
     */
    public record Limits(long uploadBytes, int queue, int jobs, int perMinute, long diskBytes, Duration keep) {
        public static final Limits USUAL = new Limits(32L << 20, 1000, 200, 6000, 20L << 30, Duration.ofDays(7));

        public Limits {
            if (uploadBytes < 1024 || queue < 1 || jobs < 1 || perMinute < 1 || diskBytes < 1 || keep.isNegative() || keep.isZero()) {
                throw new UserException("limits must be above zero, and uploads at least 1 kB");
            }
        }
    }

    /**
     * Webhooks.
     *
     * @param allowPrivate whether they may go to addresses of the server's own network
     * @param pauses between tries
     */
    public record Hooks(boolean allowPrivate, List<Duration> pauses) {
        public static final Hooks USUAL = new Hooks(false, HookSender.PAUSES);

        public Hooks {
            pauses = List.copyOf(pauses);
        }
    }

    public ServerConfig(Bind bind, Path data, @Nullable String database, Limits limits, Hooks hooks, @Nullable Path refusedWords) {
        this(bind, data, database, limits, hooks, refusedWords, LiveSettings.USUAL, false);
    }

    public ServerConfig(Bind bind, Path data, @Nullable String database, Limits limits, Hooks hooks, @Nullable Path refusedWords, LiveSettings live) {
        this(bind, data, database, limits, hooks, refusedWords, live, false);
    }

    public ServerConfig withLive(LiveSettings settings) {
        return new ServerConfig(bind, data, database, limits, hooks, refusedWords, settings, badge);
    }

    public ServerConfig withBadge(boolean always) {
        return new ServerConfig(bind, data, database, limits, hooks, refusedWords, live, always);
    }

    /** On loopback with SQLite. */
    public static ServerConfig usual(Path data) {
        return new ServerConfig(Bind.LOOPBACK, data, null, Limits.USUAL, Hooks.USUAL, null);
    }
}
