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
        header = "Serves models: the studio in the browser, live streams, jobs that survive restarts.",
        description = {
            "Listens on this machine alone unless told otherwise; to be reached from others it needs a key (praxino keys add). The routes",
            "are those of docs/server.md and /openapi.yaml. Ctrl-C ends it; a job in work is done after the next start.",
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
            description = "Model to serve, by name or folder; may be given several times, the first is the default (default: emoji-128).")
    private List<String> models = new ArrayList<>();

    @Option(names = "--alias", paramLabel = "NAME=MODEL",
            description = "Further name of a served model, for clients that ask for one by heart, as sora-2=emoji-128; may be given several times.")
    private Map<String, String> aliases = new LinkedHashMap<>();

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", defaultValue = "8080",
            description = "Port to listen on; 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port = 8080;

    @Mixin
    private final ServerDataOptions data = new ServerDataOptions();

    @Option(names = "--need-key", description = "Ask for a key on this machine too, as a server behind a proxy must.")
    private boolean needKey;

    @Option(names = "--origin", paramLabel = "URL",
            description = "Origin of web pages that may use the server besides its own; may be given several times.")
    private List<String> origins = new ArrayList<>();

    @Option(names = "--keep", paramLabel = "HOURS", defaultValue = "168", description = "How long finished videos stay (default: ${DEFAULT-VALUE}).")
    private long keep = 168;

    @Option(names = "--disk", paramLabel = "GIB", defaultValue = "20", description = "Room for finished videos (default: ${DEFAULT-VALUE}).")
    private long disk = 20;

    @Option(names = "--queue", paramLabel = "N", defaultValue = "1000", description = "Most jobs that wait (default: ${DEFAULT-VALUE}).")
    private int queue = 1000;

    @Option(names = "--live", paramLabel = "N", defaultValue = "8",
            description = "Most live sessions at a time, others wait in line (default: ${DEFAULT-VALUE}).")
    private int live = 8;

    @Option(names = "--upload", paramLabel = "MIB", defaultValue = "32", description = "Largest request (default: ${DEFAULT-VALUE}).")
    private long upload = 32;

    @Option(names = "--private-webhooks", description = "Let webhooks go to addresses of the server's own network.")
    private boolean privateWebhooks;

    @Option(names = "--refused-words", paramLabel = "FILE",
            description = "Words and phrases, a line each, of which nothing is made, besides those built in.")
    private @Nullable Path refusedWords;

    @Mixin
    private final ModelOpenOptions.CommandLine opening = new ModelOpenOptions.CommandLine();

    @Option(names = "--badge", description = "Mark everything that is made visibly as generated, in a corner.")
    private boolean badge;

    @Option(names = "--log-json", description = "Log one JSON object a line, with a line for every request.")
    private boolean logJson;

    @Option(names = "--no-browser", description = "Do not open the studio; without a terminal and a screen it is not opened anyway.")
    private boolean noBrowser;

    @Option(names = "--check", description = "Only find out whether it could run like this.")
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
