package org.praxino.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "fluent-emoji",
        header = "Builds the data set that the bundled model was trained on.",
        description = {
            "Reads six npm packages and checks their hashes: @lobehub/fluent-emoji-anim-1 to -4 (clips and stills, MIT),",
            "emojibase-data and emojilib (names and keywords, MIT).",
            "If the frames exist already, only the captions are written.",
        },
        footer = {
            "Examples:",
            "  praxino data prepare fluent-emoji",
            "  praxino data prepare fluent-emoji --packages downloads --out data/emoji",
        })
final class PrepareEmojiCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    /**
     * @param packages packages, or folders that hold them; npm fetches what is not there
     * @param out folder of the set
     * @param shape of its clips
     */
    record Options(List<Path> packages, Path out, ClipShapeOptions shape) {}

    @Option(names = "--packages", paramLabel = "FILE|DIR",
            description = "npm package (.tgz) or folder of packages; may be repeated. npm fetches missing ones.")
    private List<Path> packages = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "data/fluent-emoji", description = "Folder of the data set (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("data/fluent-emoji");

    @Mixin
    private final ClipShapeOptions.Options shape = new ClipShapeOptions.Options();

    PrepareEmojiCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(packages, out, shape.checked()));
    }
}
