package org.praxino.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "fluent-emoji",
        header = "Builds the set that the bundled model was trained on.",
        description = {
            "Reads the npm packages @lobehub/fluent-emoji-anim-1 to -4 (clips and stills, MIT) and emojibase-data (names, MIT).",
            "Packages that are not given with --package are fetched with npm.",
        },
        footer = {
            "Examples:",
            "  praxino data prepare fluent-emoji",
            "  praxino data prepare fluent-emoji --package fluent-emoji-anim-1-1.0.0.tgz --package emojibase-data-17.0.0.tgz",
        })
final class PrepareEmojiCommand implements Callable<Integer> {
    private final Runner<PrepareOptions> runner;

    @Option(names = "--package", paramLabel = "FILE|DIR", description = "Package already at hand, packed or unpacked; may be repeated.")
    private List<Path> packages = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "data/fluent-emoji", description = "Folder of the set (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("data/fluent-emoji");

    @Option(names = "--size", paramLabel = "N", defaultValue = "128", description = "Pixels on a side (default: ${DEFAULT-VALUE}).")
    private int size = 128;

    @Option(names = "--fps", paramLabel = "X", defaultValue = "12", description = "Frames a second (default: ${DEFAULT-VALUE}).")
    private double fps = 12;

    PrepareEmojiCommand(Runner<PrepareOptions> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new PrepareOptions(packages, out, size, fps));
    }
}
