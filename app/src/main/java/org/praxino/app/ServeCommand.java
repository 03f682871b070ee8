package org.praxino.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.Logs;
import org.praxino.app.cli.ModelOption;
import org.praxino.server.ServerConfig;
import org.praxino.server.live.LiveSettings;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        header = "Serves models over HTTP: a web studio, live streams, durable jobs.",
        description = {
            "Listens on this machine only by default; other machines need --host and a key (praxino keys add). Routes: docs/server.md and",
            "/openapi.yaml. Ctrl-C stops it; an unfinished job is restarted with the next start.",
        },
        footer = {
            "Examples:",
            "  praxino serve",
            "  praxino serve --model emoji-128 --port 9000 --keep 24",
            "  praxino serve --model Self-Forcing/checkpoints --device cuda --size 640x368 --window 12",
            "  praxino serve --host 0.0.0.0 --data /srv/praxino --check",
        })
final class ServeCommand implements Callable<Integer> {
    private static final ServerConfig.Limits USUAL = ServerConfig.Limits.DEFAULT;

    private final BoundAction<ServeOptions> runner;

    @Option(names = {"-m", "--model"}, paramLabel = "NAME|DIR",
            description = "Model to serve, by name or folder; may be repeated, the first is the default (default: emoji-128).")
    private List<String> models = new ArrayList<>();

    @Option(names = "--alias", paramLabel = "NAME=MODEL",
            description = "Further name of a served model, for clients with a fixed model name: sora-2=emoji-128; may be repeated.")
    private Map<String, String> aliases = new LinkedHashMap<>();

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", defaultValue = "8080",
            description = "Port to listen on; 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port = 8080;

    @Mixin
    private final ServerDataOptions data = new ServerDataOptions();

    @Option(names = "--need-key", description = "Require a key from this machine too; use it behind a proxy.")
    private boolean needKey;

    @Option(names = "--origin", paramLabel = "URL",
            description = "Further origin of web pages that may use the server (CORS); may be repeated.")
    private List<String> origins = new ArrayList<>();

    @Option(names = "--keep", paramLabel = "HOURS", defaultValue = "168", description = "How long finished videos are kept (default: ${DEFAULT-VALUE}).")
    private long keep = 168;

    @Option(names = "--disk", paramLabel = "GIB", defaultValue = "20", description = "Disk space for finished videos (default: ${DEFAULT-VALUE}).")
    private long disk = 20;

    @Option(names = "--queue", paramLabel = "N", defaultValue = "1000", description = "Maximum queued jobs (default: ${DEFAULT-VALUE}).")
    private int queue = 1000;

    @Option(names = "--live", paramLabel = "N", defaultValue = "8",
            description = "Maximum live sessions; others wait in a queue (default: ${DEFAULT-VALUE}).")
    private int live = 8;

    @Option(names = "--upload", paramLabel = "MIB", defaultValue = "32", description = "Maximum request size (default: ${DEFAULT-VALUE}).")
    private long upload = 32;

    @Option(names = "--private-webhooks", description = "Allow webhooks to private network addresses.")
    private boolean privateWebhooks;

    @Option(names = "--refused-words", paramLabel = "FILE",
            description = "File of words and phrases to refuse in prompts, one per line, besides the built-in ones.")
    private @Nullable Path refusedWords;

    @Mixin
    private final ModelOpenOptions.CommandLine opening = new ModelOpenOptions.CommandLine();

    @Option(names = "--badge", description = "Mark all videos visibly as AI-generated, in a corner.")
    private boolean badge;

    @Option(names = "--log-json", description = "Log JSON lines, including one for every request.")
    private boolean logJson;

    @Option(names = "--no-browser", description = "Do not open the studio in a browser.")
    private boolean noBrowser;

    @Option(names = "--check", description = "Check the settings, print problems, and exit.")
    private boolean check;

    ServeCommand(BoundAction<ServeOptions> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        if (keep < 1 || keep > 100_000 || disk < 1 || disk > 1_000_000 || upload < 1 || upload > 1024) {
            throw new UserException("--keep must lie between 1 and 100000, --disk between 1 and 1000000, --upload between 1 and 1024");
        }
        if (logJson) {
            Logs.json();
        }
        var place = data.location();
        var config = new ServerConfig(
                new ServerConfig.Bind(host, port, new LinkedHashSet<>(origins), needKey), place.folder(), place.database(),
                new ServerConfig.Limits(upload << 20, queue, USUAL.jobs(), USUAL.perMinute(), disk << 30, Duration.ofHours(keep)),
                new ServerConfig.WebhookSettings(privateWebhooks, ServerConfig.WebhookSettings.DEFAULT.retryDelays()), refusedWords)
                .withLive(LiveSettings.DEFAULT.withSessions(live)).withBadge(badge).withAliases(aliases);
        List<String> named = models.isEmpty() ? List.of(ModelOption.DEFAULT) : models;
        return runner.run(new ServeOptions(named.stream().map(opening::checked).toList(), config, check, !noBrowser));
    }
}
