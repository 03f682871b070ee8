package org.praxino.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.GuidedBy;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.stream.Continuation;
import org.praxino.stream.GivenVideo;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Option;

/**
 * Frames that {@code generate} makes a clip around, and how it goes on beyond the model's own length.
 *
 * @param lastImage picture that the clip ends with, or null
 * @param video clip to extend or to repaint, or null
 * @param extend whether what follows the clip is made, or what comes before it
 * @param seen frames of the clip that the model sees, 1 + 4k
 * @param mask picture that is white where the clip is made anew, or null
 * @param guide what guidance is of
 * @param continuation how a long clip is made piece by piece, or null
 */
record GivenFramesOptions(
        @Nullable Path lastImage, @Nullable Path video, Direction extend, int seen, @Nullable Path mask, Guide guide, @Nullable Continuation continuation) {

    /** Nothing given. */
    static final GivenFramesOptions NONE = new GivenFramesOptions(null, null, Direction.FORWARD, 5, null, Guide.TEXT, null);

    /** Names as typed. */
    enum Direction {
        FORWARD,
        BACKWARD
    }

    /** Names as typed. */
    enum Guide {
        TEXT,
        FRAMES,
        BOTH;

        GuidedBy guidedBy() {
            return switch (this) {
                case TEXT -> GuidedBy.CONDITION;
                case FRAMES -> GuidedBy.FRAMES;
                case BOTH -> GuidedBy.BOTH;
            };
        }
    }

    GivenFramesOptions {
        if (mask != null && video == null) {
            throw new UserException("--mask " + mask + " has no effect without --video: it says what of a clip is made anew");
        }
        if (lastImage != null && video != null) {
            throw new UserException("--last-image and --video exclude each other: give one of them");
        }
        if (seen < 1 || seen > 129 || seen % 4 != 1) {
            throw new UserException("--given-frames " + seen + " is not possible: give 1 + 4k, up to 129");
        }
    }

    /** As typed. */
    static final class CommandLine {
        @Option(names = "--last-image", paramLabel = "FILE", description = "Image that the clip ends with; with --image, the clip leads from one to the other.")
        private @Nullable Path lastImage;

        @Option(names = "--video", paramLabel = "FILE", description = "Clip to extend with --extend, or to repaint with --mask.")
        private @Nullable Path video;

        @Option(names = "--extend", paramLabel = "forward|backward", defaultValue = "forward",
                description = "Make what follows --video, or what comes before it (default: ${DEFAULT-VALUE}).")
        private Direction extend = Direction.FORWARD;

        @Option(names = "--given-frames", paramLabel = "N", defaultValue = "5",
                description = "Frames of --video that the model sees, 1 + 4k (default: ${DEFAULT-VALUE}).")
        private int seen = 5;

        @Option(names = "--mask", paramLabel = "FILE", description = "Picture that is white where --video is made anew and black where it stays.")
        private @Nullable Path mask;

        @Option(names = "--guide", paramLabel = "text|frames|both", defaultValue = "text",
                description = "What --guidance is of: the prompt, the given frames, or both (default: ${DEFAULT-VALUE}).")
        private Guide guide = Guide.TEXT;

        @Option(names = "--continuation", paramLabel = "reencode|latents",
                description = "Make a clip of any length piece by piece, each from the end of the one before: its last frames encoded anew (W.A.L.T),"
                        + " or its latents as they are.")
        private @Nullable Continuation continuation;

        GivenFramesOptions checked() {
            return new GivenFramesOptions(lastImage, video, extend, seen, mask, guide, continuation);
        }
    }

    /** The frames read and cropped to the model's shape. @param source frames of {@link #video}, or none */
    record Read(@Nullable GivenVideo given, List<Frame> source) {}

    /** @param first image of {@code --image}, or null */
    Read read(@Nullable Frame first, ModelInfo.ClipSize size) {
        if (lastImage != null) {
            Frame last = picture(lastImage, size);
            return new Read(new GivenVideo(first == null ? new GivenVideo.End(List.of(last)) : new GivenVideo.Ends(first, last), guide.guidedBy()), List.of());
        }
        if (video == null) {
            boolean framesOnly = guide != Guide.TEXT;
            if (framesOnly && first == null) {
                throw new UserException("--guide " + guide.name().toLowerCase(Locale.ROOT) + " has no effect without given frames: give --image or --video");
            }
            return new Read(framesOnly && first != null ? new GivenVideo(new GivenVideo.Start(List.of(first)), guide.guidedBy()) : null, List.of());
        }
        if (first != null) {
            throw new UserException("--image and --video exclude each other: give one of them");
        }
        List<Frame> source = VideoReader.readAll(video, reading(size).fps(size.fps()));
        if (mask != null) {
            int whole = (source.size() - 1) / 4 * 4 + 1;
            return new Read(new GivenVideo(new GivenVideo.Region(source.subList(0, whole), picture(mask, size)), guide.guidedBy()), List.of());
        }
        if (source.size() < seen) {
            throw new UserException("'" + video + "' has " + source.size() + " frames at " + size.fps() + " a second, fewer than --given-frames " + seen);
        }
        GivenVideo.Part part = extend == Direction.FORWARD ? new GivenVideo.Start(source.subList(source.size() - seen, source.size()))
                : new GivenVideo.End(source.subList(0, seen));
        return new Read(new GivenVideo(part, guide.guidedBy()), source);
    }

    /** The clip with what was made before or after it. */
    List<Frame> joined(Read read, List<Frame> made) {
        if (read.source().isEmpty() || read.given() == null) {
            return made;
        }
        var out = new java.util.ArrayList<Frame>();
        if (read.given().part() instanceof GivenVideo.End end) {
            int kept = Math.max(4, end.frames().size() - 1); // latent frames of its end; the first of them stands for no more than context
            out.addAll(made.subList(0, made.size() - kept));
            out.addAll(read.source().subList(end.frames().size() == 1 ? 0 : 1, read.source().size()));
        } else {
            out.addAll(read.source());
            out.addAll(made.subList(seen, made.size()));
        }
        return out;
    }

    private static Frame picture(Path file, ModelInfo.ClipSize size) {
        List<Frame> frames = VideoReader.readAll(file, reading(size).maxFrames(1));
        if (frames.isEmpty()) {
            throw new UserException("'" + file + "' holds no picture");
        }
        return frames.getFirst();
    }

    private static ReadOptions reading(ModelInfo.ClipSize size) {
        return ReadOptions.DEFAULT.background(Rgb.WHITE).size(size.width(), size.height(), Fit.CROP);
    }
}
