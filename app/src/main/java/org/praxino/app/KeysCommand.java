package org.praxino.app;

import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.CommandGroup;
import org.praxino.server.access.KeyScope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "keys",
        header = "Creates, lists and revokes the API keys of a server.",
        description = {"Once a key exists, every request needs one. A running server applies changes at once."},
        synopsisSubcommandLabel = "COMMAND")
final class KeysCommand extends CommandGroup {
    /** @param scopes what the key opens @param perDay seconds of video, or null for no limit */
    record AddOptions(ServerDataOptions.Location place, String name, Set<KeyScope> scopes, int maxJobs, int perMinute, @Nullable Integer perDay) {}

    record ListOptions(ServerDataOptions.Location place) {}

    record RevokeOptions(ServerDataOptions.Location place, String id) {}

    @Command(
            name = "add",
            header = "Creates a key and prints it once.",
            footer = {"Examples:", "  praxino keys add laptop", "  praxino keys add guest --per-day 600",
                    "  praxino keys add prometheus --scopes admin"})
    static final class Add implements Callable<Integer> {
        private final BoundAction<AddOptions> runner;

        @Parameters(index = "0", paramLabel = "NAME", description = "Name in the list.")
        private String name = "";

        @Option(names = "--scopes", paramLabel = "LIST", defaultValue = "generate,live,read",
                description = "Scopes, of generate, live, read and admin (default: ${DEFAULT-VALUE}).")
        private String scopes = "generate,live,read";

        @Option(names = "--max-jobs", paramLabel = "N", defaultValue = "20",
                description = "Maximum unfinished jobs (default: ${DEFAULT-VALUE}).")
        private int maxJobs = 20;

        @Option(names = "--per-minute", paramLabel = "N", defaultValue = "600", description = "Maximum requests per minute (default: ${DEFAULT-VALUE}).")
        private int perMinute = 600;

        @Option(names = "--per-day", paramLabel = "S", description = "Maximum seconds of video per day, jobs and streams together (default: no limit).")
        private @Nullable Integer perDay;

        @Mixin
        private final ServerDataOptions data = new ServerDataOptions();

        Add(BoundAction<AddOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(new AddOptions(data.location(), name, KeyScope.parse(scopes), maxJobs, perMinute, perDay));
        }
    }

    @Command(name = "list", header = "Lists the keys.", footer = {"Examples:", "  praxino keys list"})
    static final class ListAll implements Callable<Integer> {
        private final BoundAction<ListOptions> runner;

        @Mixin
        private final ServerDataOptions data = new ServerDataOptions();

        ListAll(BoundAction<ListOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(new ListOptions(data.location()));
        }
    }

    @Command(name = "revoke", header = "Revokes a key.", footer = {"Examples:", "  praxino keys revoke 5f2c9a0d11e4"})
    static final class Revoke implements Callable<Integer> {
        private final BoundAction<RevokeOptions> runner;

        @Parameters(index = "0", paramLabel = "ID", description = "The key's id, as praxino keys list shows it.")
        private String id = "";

        @Mixin
        private final ServerDataOptions data = new ServerDataOptions();

        Revoke(BoundAction<RevokeOptions> runner) {
            this.runner = runner;
        }

        @Override
        public Integer call() throws Exception {
            return runner.run(new RevokeOptions(data.location(), id));
        }
    }
}
