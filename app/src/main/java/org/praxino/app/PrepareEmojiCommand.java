package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "fluent-emoji",
        header = "Builds the set that the bundled model was trained on.",
        description = {
            "Reads six npm packages, each checked by its hash: @lobehub/fluent-emoji-anim-1 to -4 (clips and stills, MIT),",
            "emojibase-data and emojilib (names and keywords, MIT). Makes 128x128 clips at 12 frames a second.",
            "Run again with the frames in place, it writes only the captions.",
        },
        footer = {
            "Examples:",
            "  praxino data prepare fluent-emoji",
            "  praxino data prepare fluent-emoji --packages downloads --out data/emoji",
        })
final class PrepareEmojiCommand implements Callable<Integer> {
    private final Runner<Options> runner;

    /**
     * @param packages folder with the packages, or null to have npm fetch them
     * @param out folder of the set
     */
    record Options(@Nullable Path packages, Path out) {}

    @Option(names = "--packages", paramLabel = "DIR", description = "Folder with the packages as npm pack names them (default: npm fetches them).")
    private @Nullable Path packages;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "data/fluent-emoji", description = "Folder of the set (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("data/fluent-emoji");

    PrepareEmojiCommand(Runner<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(packages, out));
    }
}
