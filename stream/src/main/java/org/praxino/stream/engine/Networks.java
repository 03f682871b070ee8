package org.praxino.stream.engine;

import java.util.Collections;
import java.util.List;
import org.praxino.codec.VideoCodec;
import org.praxino.diffusion.Denoiser;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Showcase;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.ClassNames;
import org.praxino.stream.ModelOptions;
import org.praxino.stream.ModelSource;
import org.praxino.stream.PromptKind;
import org.praxino.stream.ResolvedRequest;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.TextEncoder;

/** The networks of one model, of any family. Owns them. Used from the engine's thread. */
public sealed interface Networks extends AutoCloseable permits WaltNetworks, WanNetworks {
    /** Opens a model by name or folder. @throws UserException if it is missing or incomplete */
    static Networks open(String nameOrFolder, ModelOptions options) {
        return switch (ModelSource.open(nameOrFolder)) {
            case ModelSource.Walt walt -> {
                options.requireWalt(walt.folder().info());
                yield WaltNetworks.load(walt.folder(), options.device(), options.dtype());
            }
            case ModelSource.Wan wan -> WanNetworks.open(wan.folder(), options);
        };
    }

    ModelInfo info();

    /** Prompts that the model generates well; none for models without measurements. */
    default List<Showcase.Entry> showcase() {
        return List.of();
    }

    /** The denoiser's device; other networks may be elsewhere. */
    Device device();

    DType dtype();

    /** The text encoder, which caches prompts. */
    TextEncoder text();

    /** What a prompt of this model is. */
    default PromptKind promptKind() {
        return PromptKind.TEXT;
    }

    /** Names of its classes; none in most models. */
    default ClassNames classes() {
        return new ClassNames(List.of());
    }

    VideoCodec codec();

    /** Whether the model has a causal student. */
    boolean canStream();

    /** How blocks are generated. @throws UserException if the model cannot stream */
    BlockRollout.Plan plan();

    /** Blocks in each overlapping roll-out; 0 for a single endless one. */
    default int blocksPerRollout() {
        return 0;
    }

    /** The causal student, shared by all streams. */
    Denoiser student();

    /** Whether every clip and stream needs a first frame (image to video). */
    default boolean requiresFirstFrame() {
        return false;
    }

    /** Generates whole clips with the bidirectional network. @throws UserException if there is none */
    ClipGenerator teacher();

    /** Multiply-adds times two of one sampling step of the bidirectional network, both halves of guidance included. @param request resolved */
    double stepFlops(ResolvedRequest request);

    /** Multiply-adds times two of decoding a resolved request's frames. */
    double decodeFlops(ResolvedRequest request);

    /** Multiply-adds times two of one block of a stream that has filled its cache. */
    double blockFlops(String prompt);

    /** A new roll-out; the caller closes it. */
    default BlockRollout rollout() {
        int f = codec().spaceFactor();
        var size = new BlockRollout.LatentSize(1, codec().latentChannels(), info().size().height() / f, info().size().width() / f);
        return new BlockRollout(student(), plan(), size, device());
    }

    /** The maximum number of blocks in {@code seconds} of video. */
    default int maxBlocksIn(double seconds) {
        return (int) Math.ceil(seconds * info().size().fps() / (plan().block() * codec().timeFactor())) + 1;
    }

    /** The first block of an image, encoded, [1, C, b, H, W]. */
    default Tensor encodeFirstFrame(Frame picture) {
        checkSize(picture, "the first frame");
        int frames = codec().frames(plan().length(0));
        Tensor video = VideoTensors.toTensor(Collections.nCopies(frames, picture)).unsqueeze(0).to(device()); // [1, 3, T, H, W]
        return codec().encode(video).to(device()).to(DType.F32);
    }

    /**
     * The first block of a roll-out that overlaps the previous one (CausVid, arXiv 2412.07772): a first latent frame always encodes a
     * single image, so that frame is re-encoded alone.
     *
     * @param last block of the previous roll-out, [1, C, b, H, W]
     * @param frame the last frame encoded by its first latent frame, [1, 3, 1, H, W]
     */
    default Tensor overlapBlock(Tensor last, Tensor frame) {
        Tensor first = codec().encode(frame).to(device()).to(DType.F32);
        long rest = last.size(2) - 1;
        return rest == 0 ? first : Tensor.cat(2, first, last.narrow(2, 1, rest));
    }

    /** Number of checkpoints to keep. @param wanted requested number @param bytes of one cache */
    default int checkpointCount(int wanted, long bytes) {
        return wanted;
    }

    /** Encodes a clip of the model's size, [1, C, T', H, W]. */
    default Tensor encode(List<Frame> frames) {
        checkSize(frames.getFirst(), "a frame of the clip");
        return codec().encode(VideoTensors.toTensor(frames).unsqueeze(0).to(device())).to(device()).to(DType.F32);
    }

    /** Encodes the next frames of a source. @param encoder of this model's codec @return [1, C, T', H, W] */
    default Tensor encode(VideoCodec.Streaming encoder, List<Frame> frames) {
        checkSize(frames.getFirst(), "a frame of the source");
        return encoder.next(VideoTensors.toTensor(frames).unsqueeze(0).to(device())).to(device()).to(DType.F32);
    }

    default void checkSize(Frame picture, String what) {
        var size = info().size();
        if (picture.width() != size.width() || picture.height() != size.height() || picture.channels() != 3) {
            throw new UserException(what + " is " + picture.width() + "x" + picture.height() + " with " + picture.channels()
                    + " channels, the model makes " + size.width() + "x" + size.height() + " with 3");
        }
    }

    @Override
    void close();
}
