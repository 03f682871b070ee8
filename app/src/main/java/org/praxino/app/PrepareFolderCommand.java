package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.GivenOptions;
import org.praxino.media.Fit;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.data.folder.FolderLayout;
import org.praxino.train.data.folder.LongCaptions;
import org.praxino.train.data.folder.SmallFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "folder",
        header = "Builds a data set from your own clips and images.",
        description = {
            "Captions are in files beside the clips (clip.mp4 and clip.txt, one caption per line) or in one captions.jsonl or captions.csv.",
            "--layout reads sets as they are published: class folders (ImageNet), UCF-101, Kinetics, WebDataset and folders of frames.",
            "Files that cannot be read are listed and skipped.",
        },
        footer = {
            "Examples:",
            "  praxino data prepare folder my-clips --out data/my-clips",
            "  praxino data prepare folder my-clips --out data/my-clips --size 224x128 --fps 16 --fit pad",
            "  praxino data prepare folder UCF-101 --out data/ucf --layout ucf101 --size 128 --fps 8",
            "  praxino data prepare folder imagenet --out data/imagenet --layout classes --size 256",
        })
final class PrepareFolderCommand implements Callable<Integer> {
    private final BoundAction<PrepareOptions> runner;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

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

    @Option(names = "--layout", paramLabel = "NAME", defaultValue = "captions",
            description = "captions, classes (a folder for each class, under train and val or without), ucf101 (with its official lists), kinetics (CSV),"
                    + " webdataset (tar) or frames (a folder of pictures for each clip) (default: ${DEFAULT-VALUE}).")
    private FolderLayout layout = FolderLayout.CAPTIONS;

    @Option(names = "--split", paramLabel = "N", defaultValue = "1", description = "Which of UCF-101's three official splits (default: ${DEFAULT-VALUE}).")
    private int split = 1;

    @Option(names = "--fit", paramLabel = "crop|pad", defaultValue = "crop",
            description = "Pictures of another shape: cut to this one, or made small enough to fit, with nothing around them (default: ${DEFAULT-VALUE}).")
    private Shape fit = Shape.CROP;

    @Option(names = "--max-seconds", paramLabel = "X", defaultValue = "60", description = "Seconds of a video that are used (default: ${DEFAULT-VALUE}).")
    private double maxSeconds = 60;

    @Option(names = "--held-out", paramLabel = "X", defaultValue = "0.05",
            description = "Share that training never sees, chosen by hash, where the layout does not say (default: ${DEFAULT-VALUE}).")
    private double heldOut = 0.05;

    @Option(names = "--hold-out", paramLabel = "files|captions", defaultValue = "files",
            description = "What that share is of: files, so that every caption and class is trained, or captions with all their files"
                    + " (default: ${DEFAULT-VALUE}).")
    private FolderDataset.HoldOut holdOut = FolderDataset.HoldOut.FILES;

    @Option(names = "--small-files", paramLabel = "keep|skip", defaultValue = "keep",
            description = "Pictures smaller than the set's and videos of fewer than 17 frames: use them and name them, or leave them out (default:"
                    + " ${DEFAULT-VALUE}).")
    private SmallFiles smallFiles = SmallFiles.KEEP;

    PrepareFolderCommand(BoundAction<PrepareOptions> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        if (layout != FolderLayout.UCF101) {
            GivenOptions.refuse(spec, "--split", "without --layout ucf101");
        }
        ClipShapeOptions clips = shape.checked();
        return runner.run(new PrepareOptions(folder, out, new FolderDataset.Options(
                clips.width(), clips.height(), clips.fps(), fit == Shape.CROP ? Fit.CROP : Fit.PAD, maxSeconds, heldOut, holdOut, longCaptions, smallFiles, layout, split)));
    }

    /** Names as typed. */
    enum Shape {
        CROP,
        PAD
    }
}
