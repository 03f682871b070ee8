package org.praxino.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.CodecOption;
import org.praxino.app.cli.ModelOption;
import org.praxino.app.cli.OverwriteOption;
import org.praxino.diffusion.FlowSampling;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "generate",
        header = "Generates a video from a prompt.",
        description = {
            "Prints the path, seed, size, length and generation time of every clip. The same seed, model and device give the same clip.",
        },
        footer = {
            "Examples:",
            "  praxino generate \"a ferris wheel spinning\" -o wheel.mp4",
            "  praxino generate \"a cat waving\" --seed 7 -n 4 -o cat.gif --sheet cats.png",
            "  praxino generate \"a rocket\" --image rocket.png --frames 33 -o rocket.webm",
            "  praxino generate \"a rocket rising\" --teacher --image start.png --last-image end.png -o between.mp4",
            "  praxino generate \"a rocket rising\" --teacher --video rocket.mp4 --extend forward -o longer.mp4",
            "  praxino generate --class tench -m runs/imagenet/model -o tench.png",
            "  praxino generate \"a beating heart\" -o - | mpv -",
            "  praxino generate \"a cat surfing\" -m Wan2.1-T2V-1.3B --device cuda --offload text -o surf.mp4",
        })
final class GenerateCommand implements Callable<Integer> {
    private static final double USUAL_SHIFT = 8;

    private final BoundAction<GenerateOptions> runner;

    @Mixin
    private final PromptOptions prompt = new PromptOptions();

    @Option(names = {"-o", "--output"}, paramLabel = "FILE",
            description = "File to write; its ending chooses the format: mp4, webm, gif, webp, apng, y4m or png (a still, or a sheet"
                    + " of frames). A new folder's name ending in /, or a name with %%04d, gets a picture for every frame; in a folder that"
                    + " exists the file is named after the prompt; - is y4m on standard output. May be given several times (default: an mp4,"
                    + " of one frame a png, named after the prompt).")
    private List<String> outputs = new ArrayList<>();

    @Mixin
    private final CodecOption codec = new CodecOption();

    @Mixin
    private final OverwriteOption overwrite = new OverwriteOption();

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final ModelOpenOptions.CommandLine opening = new ModelOpenOptions.CommandLine();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all noise (default: random, printed).")
    private @Nullable Long seed;

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps of the teacher (default: the model's).")
    private @Nullable Integer steps;

    @Option(names = "--guidance", paramLabel = "X",
            description = "How strongly the teacher follows the prompt; 1 turns guidance off (default: the model's).")
    private @Nullable Double guidance;

    @Option(names = "--guidance-schedule", paramLabel = "NAME",
            description = "constant, or power-cosine, which grows from 1 at pure noise to --guidance at the end (default: constant).")
    private Schedule schedule = Schedule.CONSTANT;

    @Option(names = "--guidance-power", paramLabel = "X", description = "Power of power-cosine guidance: the higher, the later it grows (default: 4, as published).")
    private @Nullable Double power;

    @Option(names = "--negative", paramLabel = "TEXT", description = "Negative prompt: what the video should not show.")
    private @Nullable String negative;

    @Option(names = "--frames", paramLabel = "N", description = "Length in frames: 1 + 4k; 1 makes a still (default: the model's).")
    private @Nullable Integer frames;

    @Option(names = "--fps", paramLabel = "X", description = "Frames per second (default: the model's).")
    private @Nullable Double fps;

    @Option(names = {"-n", "--count"}, paramLabel = "N", defaultValue = "1",
            description = "Number of clips, with consecutive seeds (default: ${DEFAULT-VALUE}).")
    private int count = 1;

    @Option(names = "--image", paramLabel = "FILE", description = "Image that becomes the first frame.")
    private @Nullable Path image;

    @Option(names = "--class", paramLabel = "NAME|N",
            description = "Class of a class-conditional model, by name or number, in place of a prompt; `praxino info MODEL` lists them.")
    private @Nullable String className;

    @Mixin
    private final GivenFramesOptions.CommandLine around = new GivenFramesOptions.CommandLine();

    @Option(names = "--upscale", paramLabel = "MODEL", description = "Super-resolution model that doubles width and height of the clip.")
    private @Nullable String upscale;

    @Option(names = "--sheet", paramLabel = "FILE", description = "Also write a contact sheet (.png), one row for each clip.")
    private @Nullable Path sheet;

    @Option(names = "--teacher",
            description = "Use the many-step teacher where the model has a student; --steps, --guidance, --guidance-schedule and --negative apply to the teacher.")
    private boolean teacher;

    @Option(names = "--sampler", paramLabel = "NAME",
            description = "Solver for Wan's bidirectional model: unipc or euler (default: unipc).")
    private FlowSampling.@Nullable Solver sampler;

    @Option(names = "--shift", paramLabel = "X",
            description = "Timestep shift of that model's sampler (default: the model's, or 8 with --sampler).")
    private @Nullable Double shift;

    @Option(names = {"-q", "--quiet"}, description = "Print nothing but the paths written.")
    private boolean quiet;

    GenerateCommand(BoundAction<GenerateOptions> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new GenerateOptions(
                prompt(), negative, opening.checked(model.model()), names(), sheet, image, seed, steps, guidance, schedule(), frames, fps,
                        count, teacher, sampling(), codec.codec(),
                quiet, className, around.checked(), upscale));
    }

    private String prompt() {
        if (className == null) {
            return prompt.text();
        }
        if (prompt.textOrNull() != null) {
            throw new UserException("--class " + className + " stands in place of a prompt: leave out \"" + prompt.textOrNull() + "\"");
        }
        return className;
    }

    private OutputNames names() {
        if (sheet != null) {
            overwrite.check(sheet);
        }
        return new OutputNames(outputs, frames != null && frames == 1 ? ".png" : ".mp4", overwrite.force());
    }

    private GuidanceSchedule schedule() {
        return switch (schedule) {
            case CONSTANT -> {
                if (power != null) {
                    throw new UserException("--guidance-power " + power + " goes with --guidance-schedule power-cosine only");
                }
                yield new GuidanceSchedule.Constant();
            }
            case POWER_COSINE -> new GuidanceSchedule.PowerCosine(power == null ? GuidanceSchedule.PUBLISHED_POWER : power);
        };
    }

    private @Nullable FlowSampling sampling() {
        return sampler == null && shift == null ? null
                : new FlowSampling(sampler == null ? FlowSampling.Solver.UNIPC : sampler, shift == null ? USUAL_SHIFT : shift);
    }

    /** Names as typed. */
    enum Schedule {
        CONSTANT,
        POWER_COSINE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
