package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.FrameSize;
import org.praxino.app.cli.GivenOptions;
import org.praxino.app.cli.JsonOption;
import org.praxino.app.cli.JsonResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "info",
        header = "Describes a model, a weight file or a video; without one, versions and hardware.",
        footer = {"Examples:", "  praxino info", "  praxino info emoji-128", "  praxino info wheel.mp4", "  praxino info weights.safetensors",
            "  praxino info Self-Forcing/checkpoints --size 640x368"})
final class InfoCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /**
     * @param subject a model's name, a model folder, a weight file or a video; null: the program and this machine
     * @param json where to write the same as JSON, or null
     * @param size of a frame to reckon the memory of a Wan model for
     * @param frames of a clip, likewise
     * @param reckons whether size or frames were asked for
     */
    record Options(@Nullable String subject, @Nullable Path json, FrameSize size, int frames, boolean reckons) implements JsonResult {
        /** For the usual size of Wan's models. */
        Options(@Nullable String subject, @Nullable Path json) {
            this(subject, json, new FrameSize(832, 480), 81, false);
        }
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL|FILE",
            description = "Model by name or folder (also Wan 2.1 in Wan's own or diffusers' layout, or a causal student's checkpoint in or beside one),"
            + " weights as safetensors, .pt or .pth, or a video, whose prompt and seed it prints (default: the program itself).")
    private @Nullable String subject;

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "832x480",
            description = "Frame size for the memory estimate of a Wan model (default: ${DEFAULT-VALUE}).")
    private String size = "832x480";

    @Option(names = "--frames", paramLabel = "N", defaultValue = "81",
            description = "Frames for the memory estimate, 1 + 4k (default: ${DEFAULT-VALUE}).")
    private int frames = 81;

    @Mixin
    private final JsonOption json = new JsonOption();

    InfoCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(subject, json.checked(), FrameSize.parse(size), frames,
                GivenOptions.has(spec, "--size") || GivenOptions.has(spec, "--frames")));
    }
}
