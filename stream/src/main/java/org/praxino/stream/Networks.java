package org.praxino.stream;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.praxino.codec.VideoCodec;
import org.praxino.diffusion.Denoiser;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.ModelShelf;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.TextEncoder;
import org.praxino.wan.folder.WanFolder;

/** The networks of one model, whatever its family: what clips and streams are made with. Used from the engine's thread; owns them. */
sealed interface Networks extends AutoCloseable permits WaltNetworks, WanNetworks {
    /** Opens a model by name or folder. @throws UserException when there is none, or not all of it */
    static Networks open(String nameOrFolder, ModelOptions options) {
        ModelShelf shelf = ModelShelf.usual();
        Path wan = WanFolder.find(nameOrFolder, shelf);
        return wan == null
                ? WaltNetworks.load(shelf.open(nameOrFolder), options.device(), options.dtype())
                : WanNetworks.open(WanFolder.open(wan), options);
    }

    ModelInfo info();

    /** Where the denoiser works; others may work elsewhere. */
    Device device();

    DType dtype();

    /** Remembers prompts. */
    TextEncoder text();

    VideoCodec codec();

    /** Whether there is a network that makes block after block. */
    boolean streams();

    /** How blocks are made. @throws UserException when this model does not stream */
    BlockRollout.Plan plan();

    /** Blocks of a roll-out after which another one begins, overlapping it by a block; 0 where there is one without end. */
    default int blocksPerRollout() {
        return 0;
    }

    /** What makes blocks; may be used by several streams in turn. */
    Denoiser student();

    /** Whether every clip and stream must be given its first picture. */
    default boolean beginsWithPicture() {
        return false;
    }

    /** Makes whole clips with the bidirectional network. @throws UserException when there is none */
    ClipMaker teacher();

    /** Multiply-adds times two of one sampling step of the bidirectional network, both halves of guidance included. @param request resolved */
    double stepFlops(GenerateRequest request);

    /** Multiply-adds times two of decoding a resolved request's frames. */
    double decodeFlops(GenerateRequest request);

    /** Multiply-adds times two of one block of a stream that has filled its cache. */
    double blockFlops(String prompt);

    /** A stream of its own; the caller closes it. */
    default BlockRollout rollout() {
        int f = codec().spaceFactor();
        var size = new BlockRollout.Size(1, codec().latentChannels(), info().size().height() / f, info().size().width() / f);
        return new BlockRollout(student(), plan(), size, device());
    }

    /** Blocks that so many seconds of video begin, at most. */
    default int blocksOf(double seconds) {
        return (int) Math.ceil(seconds * info().size().fps() / (plan().block() * codec().timeFactor())) + 1;
    }

    /** A still first block that shows {@code picture}, clean, [1, C, b, H, W]. */
    default Tensor still(Frame picture) {
        checkSize(picture, "the first frame");
        int frames = codec().frames(plan().length(0));
        Tensor video = VideoTensors.toTensor(Collections.nCopies(frames, picture)).unsqueeze(0).to(device()); // [1, 3, T, H, W]
        return codec().encode(video).to(device()).to(DType.F32);
    }

    /**
     * The block that begins a roll-out where the one before ended (dossier of CausVid, section 2.11): a first latent frame always stands
     * for a picture, so the frame that it stands for is coded alone.
     *
     * @param last block of the roll-out before, [1, C, b, H, W]
     * @param frame the last one that its first latent frame stands for, [1, 3, 1, H, W]
     */
    default Tensor joint(Tensor last, Tensor frame) {
        Tensor first = codec().encode(frame).to(device()).to(DType.F32);
        long rest = last.size(2) - 1;
        return rest == 0 ? first : Tensor.cat(2, first, last.narrow(2, 1, rest));
    }

    /** States of a stream that are kept. @param wanted so many @param bytes of one's cache */
    default int history(int wanted, long bytes) {
        return wanted;
    }

    /** The latents of a clip of the model's size, clean, [1, C, T', H, W]. */
    default Tensor encode(List<Frame> frames) {
        checkSize(frames.getFirst(), "a frame of the clip");
        return codec().encode(VideoTensors.toTensor(frames).unsqueeze(0).to(device())).to(device()).to(DType.F32);
    }

    /** The next latents of a source. @param encoder of this model's codec @return clean, [1, C, T', H, W] */
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
