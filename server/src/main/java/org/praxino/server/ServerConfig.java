package org.praxino.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.server.live.LiveSettings;
import org.praxino.server.webhook.WebhookSender;
import org.praxino.tensor.UserException;

/**
 * Configuration of a server.
 *
 * @param data data folder, created if missing
 * @param database PostgreSQL URL, or null for SQLite in the data folder
 * @param blockedWords file with additional blocked words, or null
 * @param live limits of live sessions
 * @param badge whether all output gets a visible "generated" badge
 * @param aliases further names of models: alias to model
 */
public record ServerConfig(Bind bind, Path data, @Nullable String database, Limits limits, WebhookSettings hooks, @Nullable Path blockedWords,
        LiveSettings live, boolean badge, Map<String, String> aliases) {
    public ServerConfig {
        aliases = Map.copyOf(aliases);
        aliases.forEach((alias, model) -> {
            if (!alias.matches("[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")) {
                throw new UserException("\"" + alias + "\" cannot be an alias: give 1 to 100 letters, digits and . _ : / -");
            }
        });
    }

    /**
     * Where to listen and who may connect.
     *
     * @param port 0 for any free port
     * @param origins origins allowed to use the server from a browser
     * @param requireKey require a key even on loopback and even before one was created
     */
    public record Bind(String host, int port, Set<String> origins, boolean requireKey) {
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

        /** Whether it listens on loopback only. */
        public boolean loopback() {
            return host.equals("localhost") || host.equals("::1") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        }
    }

    /**
     * Limits on requests and storage.
     *
     * @param uploadBytes of one request
     * @param queue queued jobs of all callers
     * @param jobs active, per caller without a key
     * @param perMinute requests per minute of a caller without a key
     * @param diskBytes of all finished videos
     * @param retention how long finished videos are kept
     */
    public record Limits(long uploadBytes, int queue, int jobs, int perMinute, long diskBytes, Duration retention) {
        public static final Limits DEFAULT = new Limits(32L << 20, 1000, 200, 6000, 20L << 30, Duration.ofDays(7));

        public Limits {
            if (uploadBytes < 1024 || queue < 1 || jobs < 1 || perMinute < 1 || diskBytes < 1 || retention.isNegative() || retention.isZero()) {
                throw new UserException("limits must be above zero, and uploads at least 1 kB");
            }
        }
    }

    /**
     * Webhooks.
     *
     * @param allowPrivate whether webhooks may call private addresses
     * @param retryDelays between attempts
     */
    public record WebhookSettings(boolean allowPrivate, List<Duration> retryDelays) {
        public static final WebhookSettings DEFAULT = new WebhookSettings(false, WebhookSender.RETRY_DELAYS);

        public WebhookSettings {
            retryDelays = List.copyOf(retryDelays);
        }
    }

    public ServerConfig(Bind bind, Path data, @Nullable String database, Limits limits, WebhookSettings hooks, @Nullable Path refusedWords) {
        this(bind, data, database, limits, hooks, refusedWords, LiveSettings.DEFAULT, false, Map.of());
    }

    public ServerConfig(Bind bind, Path data, @Nullable String database, Limits limits, WebhookSettings hooks, @Nullable Path refusedWords,
            LiveSettings live) {
        this(bind, data, database, limits, hooks, refusedWords, live, false, Map.of());
    }

    public ServerConfig withLive(LiveSettings settings) {
        return new ServerConfig(bind, data, database, limits, hooks, blockedWords, settings, badge, aliases);
    }

    public ServerConfig withBadge(boolean always) {
        return new ServerConfig(bind, data, database, limits, hooks, blockedWords, live, always, aliases);
    }

    public ServerConfig withAliases(Map<String, String> names) {
        return new ServerConfig(bind, data, database, limits, hooks, blockedWords, live, badge, names);
    }

    /** On loopback with SQLite. */
    public static ServerConfig defaults(Path data) {
        return new ServerConfig(Bind.LOOPBACK, data, null, Limits.DEFAULT, WebhookSettings.DEFAULT, null);
    }
}
