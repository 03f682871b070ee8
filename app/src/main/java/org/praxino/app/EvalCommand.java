package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.GivenOptions;
import org.praxino.app.cli.JsonOption;
import org.praxino.train.eval.EvalPrompt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "eval",
        header = "Scores a model against a training set.",
        description = {
            "Tokenizer: PSNR and SSIM on held-out names. Generated clips: Fréchet distance on named features, how often the nearest real",
            "clip has the right name, and motion energy. For comparison it prints the same scores of the real clips, of the real clips",
            "encoded and decoded by the tokenizer, of their first frames held still, and chance. A tokenizer alone can be scored too.",
        },
        footer = {
            "Examples:",
            "  praxino eval emoji-128 --data data/fluent-emoji --teacher --prompts 48 --json teacher.json",
            "  praxino eval emoji-128 --data data/fluent-emoji --prompts 48 --against teacher.json",
            "  praxino eval emoji-128 --data data/fluent-emoji --protocol following --prompts 60",
            "  praxino eval emoji-128 --data data/fluent-emoji --protocol k600 --prompts 64 --i3d i3d.pt",
        })
final class EvalCommand implements Callable<Integer> {
    private final BoundAction<EvalOptions> runner;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "Bundled model or model folder.")
    private String model = "";

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Prepared training set.")
    private Path data = Path.of(".");

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--prompts", paramLabel = "N", defaultValue = "200", description = "Prompts to generate for (default: ${DEFAULT-VALUE}).")
    private int prompts = 200;

    @Option(names = "--reconstructions", paramLabel = "N", defaultValue = "64",
            description = "Held-out clips to reconstruct with the tokenizer, 0 for none (default: ${DEFAULT-VALUE}).")
    private int reconstructions = 64;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of prompts and noise (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--sheets", paramLabel = "DIR", description = "Also write contact sheets.")
    private @Nullable Path sheets;

    @Option(names = "--i3d", paramLabel = "FILE", description = "The I3D network: computes FVD, by the StyleGAN-V protocol.")
    private @Nullable Path i3d;

    @Option(names = "--steps", paramLabel = "N",
            description = "Sampling steps of the teacher; requires --teacher where there is a student (default: the model's own).")
    private @Nullable Integer steps;

    @Option(names = "--wording", paramLabel = "any|plain", defaultValue = "any",
            description = "Prompts: any caption of a clip, or its plain name (default: ${DEFAULT-VALUE}).")
    private EvalPrompt.Wording wording = EvalPrompt.Wording.ANY;

    @Option(names = "--flow-clips", paramLabel = "N", defaultValue = "32",
            description = "Clips to measure the teacher's loss on, at five ranges of noise levels, 0 for none (default: ${DEFAULT-VALUE}).")
    private int flowClips = 32;

    @Option(names = "--teacher", description = "Score the many-step teacher, where the model has a student.")
    private boolean teacher;

    @Option(names = "--against", paramLabel = "FILE", description = "Scores of the teacher from --json: also prints the student's as a share of them.")
    private @Nullable Path against;

    @Option(names = "--showcase", paramLabel = "FILE",
            description = "Also write the prompts of trained names that came out best, with their seeds, as a model folder's showcase.json.")
    private @Nullable Path showcase;

    @Option(names = "--stream", paramLabel = "SECONDS", description = "Also measure drift: score the first and last seconds of streams of this length.")
    private @Nullable Double stream;

    @Option(names = "--streams", paramLabel = "N", defaultValue = "8", description = "Streams to score (default: ${DEFAULT-VALUE}).")
    private int streams = 8;

    @Option(names = "--fvd-clips", paramLabel = "N", defaultValue = "2048",
            description = "Random real clips that FVD compares with, at most all of the split (default: ${DEFAULT-VALUE}, as published).")
    private int fvdClips = 2048;

    @Option(names = "--pieces", paramLabel = "N", defaultValue = "4", description = "Pieces of a long clip whose drift is measured (default: ${DEFAULT-VALUE}).")
    private int pieces = 4;

    @Option(names = "--protocol", paramLabel = "names|following|k600|long", defaultValue = "names",
            description = "names: likeness to real clips of the names prompted. following: prompts that combine a name with a colour, a number, "
                    + "a size, a place, a background or a direction, judged on the pixels. k600: 11 frames predicted from 5 given ones. long: how clips drift "
                    + "that are made piece by piece (default: ${DEFAULT-VALUE}).")
    private EvalOptions.Protocol protocol = EvalOptions.Protocol.NAMES;

    EvalCommand(BoundAction<EvalOptions> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        if (stream == null) {
            GivenOptions.refuse(spec, "--streams", "without --stream SECONDS");
        }
        if (i3d == null) {
            GivenOptions.refuse(spec, "--fvd-clips", "without --i3d");
        }
        if (protocol != EvalOptions.Protocol.LONG) {
            GivenOptions.refuse(spec, "--pieces", "without --protocol long");
        }
        return runner.run(new EvalOptions(model, data, json.checked(), prompts, reconstructions, seed, sheets, i3d, steps, wording, flowClips, teacher, against,
                json.checked(showcase), stream, streams, protocol, fvdClips, pieces));
    }
}
