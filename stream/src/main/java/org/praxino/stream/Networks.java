package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.CachedTextEncoder;
import org.praxino.text.MiniLm;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltFlops;
import org.praxino.walt.WaltTransformer;

/** The networks of one model folder. Teacher and student are loaded when they are first asked for. Used from the engine's thread; owns them. */
final class Networks implements AutoCloseable {
    /** Prompts whose states are remembered. */
    private static final int PROMPTS = 64;

    private final ModelFolder folder;
    private final Device device;
    private final DType dtype;
    private final CachedTextEncoder text;
    private final WaltCodec codec;
    private final @Nullable StudentConfig studentConfig;
    private @Nullable WaltTransformer teacher;
    private @Nullable WaltTransformer student;

    private Networks(ModelFolder folder, Device device, DType dtype, WaltCodec codec) {
        this.folder = folder;
        this.device = device;
        this.dtype = dtype;
        this.codec = codec;
        this.studentConfig = folder.has(ModelFolder.STUDENT) ? Components.studentConfig(folder) : null;
        this.text = new CachedTextEncoder(MiniLm.open(device, dtype), PROMPTS);
    }

    /** Loads what every use needs, and the network that is used by default. */
    static Networks load(ModelFolder folder, Device device, DType dtype) {
        WaltCodec codec = Components.codec(folder, device, dtype);
        Networks all;
        try {
            all = new Networks(folder, device, dtype, codec);
        } catch (RuntimeException | Error e) {
            codec.close();
            throw e;
        }
        try {
            if (all.studentConfig == null) {
                all.teacher();
            } else {
                all.student();
            }
            return all;
        } catch (RuntimeException | Error e) {
            all.close();
            throw e;
        }
    }

    ModelFolder folder() {
        return folder;
    }

    ModelInfo info() {
        return folder.info();
    }

    Device device() {
        return device;
    }

    DType dtype() {
        return dtype;
    }

    CachedTextEncoder text() {
        return text;
    }

    WaltCodec codec() {
        return codec;
    }

    WaltTransformer teacher() {
        if (teacher == null) {
            teacher = Components.teacher(folder, device, dtype);
        }
        return teacher;
    }

    WaltTransformer student() {
        if (student == null) {
            student = Components.student(folder, device, dtype);
        }
        return student;
    }

    boolean hasStudent() {
        return studentConfig != null;
    }

    /** @throws UserException when this model does not stream */
    StudentConfig studentConfig() {
        if (studentConfig == null) {
            throw new UserException("model " + info().name() + " has no student: it makes whole clips (generate) and does not stream");
        }
        return studentConfig;
    }

    /** A stream of its own; the caller closes it. */
    BlockRollout rollout() {
        int f = codec.spaceFactor();
        var size = new BlockRollout.Size(1, codec.latentChannels(), info().size().height() / f, info().size().width() / f);
        return new BlockRollout(student(), BlockRollout.Plan.of(studentConfig()), size, device);
    }

    /** A still block that shows {@code picture}, clean, [1, C, b, H, W]. */
    Tensor still(Frame picture) {
        checkSize(picture, "the first frame");
        int frames = codec.config().frames(studentConfig().block());
        Tensor video = VideoTensors.toTensor(java.util.Collections.nCopies(frames, picture)).unsqueeze(0).to(device); // [1, 3, T, H, W]
        return codec.encode(video).to(DType.F32);
    }

    /** The next latents of a source. @param encoder of this model's codec @return clean, [1, C, T', H, W] */
    Tensor encode(VideoCodec.Streaming encoder, java.util.List<Frame> frames) {
        checkSize(frames.getFirst(), "a frame of the source");
        return encoder.next(VideoTensors.toTensor(frames).unsqueeze(0).to(device)).to(DType.F32);
    }

    void checkSize(Frame picture, String what) {
        var size = info().size();
        if (picture.width() != size.width() || picture.height() != size.height() || picture.channels() != 3) {
            throw new UserException(what + " is " + picture.width() + "x" + picture.height() + " with " + picture.channels()
                    + " channels, the model makes " + size.width() + "x" + size.height() + " with 3");
        }
    }

    /** Multiply-adds times two of one block of a stream that has filled its cache. */
    double blockFlops(String prompt) {
        StudentConfig s = studentConfig();
        var c = s.network();
        int f = codec.spaceFactor();
        int height = info().size().height() / f;
        int width = info().size().width() / f;
        int words = prompt.strip().split("\\s+").length + 2;
        double pass = WaltFlops.forward(c, 1, s.block(), height, width, words);
        long tokens = (long) s.block() * (height / c.patch()) * (width / c.patch());
        long seen = (long) (s.sink() + s.window()) * c.windowHeight() * c.windowWidth(); // cached keys of a window
        double cached = c.layers() / 2 * tokens * seen * c.dim() * 4.0; // scores and weighted values of the layers over time
        return (s.levels().size() + 1) * (pass + cached);
    }

    @Override
    public void close() {
        if (teacher != null) {
            teacher.close();
        }
        if (student != null) {
            student.close();
        }
        codec.close();
        text.close();
    }
}
