package org.praxino.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.CodecOption;
import org.praxino.app.cli.ModelOption;
import org.praxino.app.cli.OverwriteOption;
import org.praxino.media.Codec;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "stream",
        header = "Generates an endless video stream, block by block, while it plays.",
        description = {
            "Plays a prompt or a timeline (docs/timeline.md) until --seconds, the end of --video, or Ctrl-C, which finishes the file. With",
            "-o - it writes each frame to standard output at once. Speed, time to first frame and buffered frames go to standard error.",
        },
        footer = {
            "Examples:",
            "  praxino stream \"a ferris wheel spinning\" --seconds 20 -o wheel.mp4",
            "  praxino stream \"a beating heart\" -o - | mpv -",
            "  praxino stream --timeline day.json -o day.webm",
            "  praxino stream \"a rocket\" -i rocket.png --seconds 10 -o rocket.mp4",
            "  praxino stream \"a dancing robot\" --video me.mp4 --strength 0.7 -o robot.mp4",
            "  praxino stream \"a cat\" --live -o - | mpv -",
        })
final class StreamCommand implements Callable<Integer> {
    /**
     * What {@code stream} was asked for; exactly one of prompt, timeline and resume is not null.
     *
     * @param live whether lines of standard input are new prompts
     * @param reanchor whether a drifted stream is led back
     * @param past a clip to continue from
     * @param resume a snapshot to continue from
     * @param snapshot where the state at the end is kept
     * @param blocks where every block is reported, a line of JSON each
     * @param outputs files to write
     * @param codec of MP4 and WebM files
     */
    record Options(
            @Nullable String prompt, @Nullable Path timeline, @Nullable Path resume, @Nullable Path image, @Nullable Path past, @Nullable Path video,
            @Nullable Double strength, @Nullable Double seconds, @Nullable Long seed, boolean live, boolean reanchor, OutputNames outputs,
            @Nullable Path snapshot, @Nullable Path blocks, ModelOpenOptions opening, Codec codec, boolean quiet) {
        Options {
            int sources = (prompt == null ? 0 : 1) + (timeline == null ? 0 : 1) + (resume == null ? 0 : 1);
            if (sources != 1) {
                throw new UserException("give one of a prompt, --timeline and --resume: that is what is streamed");
            }
            if (resume != null && (image != null || past != null || video != null || strength != null || seed != null)) {
                throw new UserException("--resume continues what a snapshot holds: --image, --continue, --video, --strength and --seed do not go with it");
            }
            if ((image == null ? 0 : 1) + (past == null ? 0 : 1) + (video == null ? 0 : 1) > 1) {
                throw new UserException("--image, --continue and --video do not go together: a stream begins with a picture, continues a clip or follows one");
            }
            if (strength != null && !(strength > 0 && strength <= 1)) {
                throw new UserException("--strength " + strength + " is not possible: give a number above 0, up to 1");
            }
            if (seconds != null && !(seconds > 0 && seconds <= 1e7)) {
                throw new UserException("--seconds " + seconds + " is not possible: give a number above 0, up to 10000000, or leave it out for a stream"
                        + " without end");
            }
        }
    }

    private final BoundAction<Options> runner;

    @Mixin
    private final PromptOptions prompt = new PromptOptions();

    @Option(names = "--timeline", paramLabel = "FILE", description = "JSON timeline of prompts, transitions and images (docs/timeline.md).")
    private @Nullable Path timeline;

    @Option(names = "--resume", paramLabel = "FILE", description = "Continue after the last frame of a --snapshot.")
    private @Nullable Path resume;

    @Option(names = {"-i", "--image"}, paramLabel = "FILE", description = "Image that becomes the first frame.")
    private @Nullable Path image;

    @Option(names = "--continue", paramLabel = "FILE", description = "Clip that the stream continues; its own frames are not repeated.")
    private @Nullable Path past;

    @Option(names = "--video", paramLabel = "FILE", description = "Input for video to video; the stream ends with it.")
    private @Nullable Path video;

    @Option(names = "--strength", paramLabel = "X",
            description = "How much of --video is changed: near 0 little, 1 everything (default: 0.6).")
    private @Nullable Double strength;

    @Option(names = "--seconds", paramLabel = "S", description = "Length (default: the timeline's; a prompt has no end).")
    private @Nullable Double seconds;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all noise (default: the timeline's, or random, printed).")
    private @Nullable Long seed;

    @Option(names = "--live", description = "Take each line of standard input as the next prompt, and print the frame at which it acts.")
    private boolean live;

    @Option(names = "--reanchor", description = "Re-anchor to the first blocks when drift is detected (docs/streaming.md).")
    private boolean reanchor;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE",
            description = "File to write, as in generate; - is y4m on standard output, frame by frame (default: an mp4 named after the prompt).")
    private List<String> outputs = new ArrayList<>();

    @Mixin
    private final CodecOption codec = new CodecOption();

    @Mixin
    private final OverwriteOption overwrite = new OverwriteOption();

    @Option(names = "--snapshot", paramLabel = "FILE", description = "Keep the state at the end, for --resume.")
    private @Nullable Path snapshot;

    @Option(names = "--blocks", paramLabel = "FILE", description = "Write time and drift of every block as JSON Lines.")
    private @Nullable Path blocks;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final ModelOpenOptions.CommandLine opening = new ModelOpenOptions.CommandLine();

    @Option(names = {"-q", "--quiet"}, description = "Print nothing but the paths written.")
    private boolean quiet;

    StreamCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        for (Path file : Stream.of(snapshot, blocks).filter(Objects::nonNull).toList()) {
            overwrite.check(file);
        }
        return runner.run(new Options(
                prompt.textOrNull(), timeline, resume, image, past, video, strength, seconds, seed, live, reanchor,
                        new OutputNames(outputs, ".mp4", overwrite.force()), snapshot, blocks,
                        opening.checked(model.model()), codec.codec(), quiet));
    }
}
