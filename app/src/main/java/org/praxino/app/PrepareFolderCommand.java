package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.train.data.folder.LongCaptions;
import org.praxino.train.data.folder.SmallFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "folder",
        header = "Builds a data set from your own clips and images.",
        description = {
            "Captions are in files beside the clips (clip.mp4 and clip.txt, one caption per line) or in one captions.jsonl or captions.csv.",
            "Files that cannot be read are listed and skipped.",
        },
        footer = {
            "Examples:",
            "  praxino data prepare folder my-clips --out data/my-clips",
            "  praxino data prepare folder my-clips --out data/my-clips --size 256 --fps 16",
        })
final class PrepareFolderCommand implements Callable<Integer> {
    private final BoundAction<PrepareOptions> runner;

    @Parameters(index = "0", paramLabel = "DIR", description = "Folder with clips, images and captions.")
    private Path folder = Path.of(".");

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the data set.")
    private Path out = Path.of(".");

    @Mixin
    private final ClipShapeOptions.Options shape = new ClipShapeOptions.Options();

    @Option(names = "--long-captions", paramLabel = "skip|cut|keep", defaultValue = "skip",
            description = "Captions of more than the 64 tokens that the text encoder of W.A.L.T models reads: leave them out, cut their end, or keep"
                    + " them for models of Wan (default: ${DEFAULT-VALUE}).")
    private LongCaptions longCaptions = LongCaptions.SKIP;

    @Option(names = "--small-files", paramLabel = "keep|skip", defaultValue = "keep",
            description = "Pictures smaller than the set's and videos of fewer than 17 frames: use them and name them, or leave them out (default:"
                    + " ${DEFAULT-VALUE}).")
    private SmallFiles smallFiles = SmallFiles.KEEP;

    PrepareFolderCommand(BoundAction<PrepareOptions> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new PrepareOptions(folder, out, shape.checked(), longCaptions, smallFiles));
    }
}
