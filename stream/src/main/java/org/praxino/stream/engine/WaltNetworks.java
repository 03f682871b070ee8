package org.praxino.stream.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.BatchParallelDenoiser;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Showcase;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.ClassNames;
import org.praxino.stream.PromptKind;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.WaltComponents;
import org.praxino.stream.WaltDenoiserFile;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.ParallelThreads;
import org.praxino.tensor.UserException;
import org.praxino.text.CachedTextEncoder;
import org.praxino.text.MiniLmEncoder;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltFlops;
import org.praxino.walt.WaltTransformer;

/** The networks of a W.A.L.T model folder. Teacher and student are loaded on first use. */
final class WaltNetworks implements Networks {
    /** Number of cached prompts. */
    private static final int PROMPTS = 64;

    private final ModelFolder folder;
    private final Device device;
    private final DType dtype;
    private final @Nullable WaltDenoiserFile denoiser;
    private final ClassNames classes;
    private final @Nullable CachedTextEncoder text; // null for a model without text
    private final WaltCodec codec;
    private final @Nullable StudentConfig studentConfig;
    private @Nullable WaltTransformer teacher;
    private @Nullable WaltTransformer student;
    private @Nullable ParallelThreads lanes;

    private WaltNetworks(ModelFolder folder, Device device, DType dtype, WaltCodec codec) {
        this.folder = folder;
        this.device = device;
        this.dtype = dtype;
        this.codec = codec;
        this.studentConfig = folder.has(ModelFolder.STUDENT) ? WaltComponents.studentConfig(folder) : null;
        this.denoiser = folder.has(ModelFolder.DENOISER) ? WaltComponents.denoiserFile(folder) : null;
        this.classes = new ClassNames(denoiser == null ? List.of() : denoiser.classes());
        boolean takesText = studentConfig != null || denoiser == null || denoiser.network().text().dim() > 0;
        this.text = takesText ? new CachedTextEncoder(MiniLmEncoder.open(device, dtype), PROMPTS) : null;
        int numbered = denoiser == null ? 0 : denoiser.network().classes();
        if (numbered != classes.names().size()) {
            throw new UserException("model " + folder.info().name() + " has " + numbered + " classes and " + classes.names().size() + " names for them");
        }
    }

    /** Loads the codec, the text encoder and the default network. */
    static WaltNetworks load(ModelFolder folder, Device device, DType dtype) {
        WaltCodec codec = WaltComponents.frozenCodec(folder, device, dtype);
        WaltNetworks all;
        try {
            all = new WaltNetworks(folder, device, dtype, codec);
        } catch (RuntimeException | Error e) {
            codec.close();
            throw e;
        }
        try {
            if (all.studentConfig == null) {
                all.transformer();
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

    @Override
    public ModelInfo info() {
        return folder.info();
    }

    @Override
    public List<Showcase.Entry> showcase() {
        return folder.showcase().prompts();
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public CachedTextEncoder text() {
        if (text == null) {
            throw new UserException("model " + info().name() + " takes no text");
        }
        return text;
    }

    @Override
    public PromptKind promptKind() {
        return text != null ? PromptKind.TEXT : classes.names().isEmpty() ? PromptKind.NONE : PromptKind.CLASS;
    }

    @Override
    public ClassNames classes() {
        return classes;
    }

    WaltDenoiserFile denoiserFile() {
        if (denoiser == null) {
            throw new UserException("model " + info().name() + " has no transformer that makes whole clips");
        }
        return denoiser;
    }

    @Override
    public WaltCodec codec() {
        return codec;
    }

    /** The bidirectional network. */
    WaltTransformer transformer() {
        if (teacher == null) {
            teacher = WaltComponents.teacher(folder, device, dtype);
        }
        return teacher;
    }

    /** The bidirectional network for sampling. On a multi-core CPU both passes of guidance run in parallel. */
    Denoiser sampler() {
        if (lanes == null) {
            lanes = ParallelThreads.ofCores(2);
        }
        return new BatchParallelDenoiser(transformer(), lanes);
    }

    @Override
    public WaltTransformer student() {
        if (student == null) {
            student = WaltComponents.frozenStudent(folder, device, dtype);
        }
        return student;
    }

    @Override
    public ClipGenerator teacher() {
        return new WaltClipGenerator(this);
    }

    @Override
    public boolean canStream() {
        return studentConfig != null;
    }

    @Override
    public BlockRollout.Plan plan() {
        return BlockRollout.Plan.of(studentConfig());
    }

    private StudentConfig studentConfig() {
        if (studentConfig == null) {
            throw new UserException("model " + info().name() + " has no student: it makes whole clips (generate) and does not stream");
        }
        return studentConfig;
    }

    @Override
    public double stepFlops(ResolvedRequest request) {
        return new WaltClipGenerator(this).stepFlops(request);
    }

    @Override
    public double decodeFlops(ResolvedRequest request) {
        return new WaltClipGenerator(this).decodeFlops(request);
    }

    @Override
    public double blockFlops(String prompt) {
        WaltConfig c = studentConfig().network();
        StudentPlan s = studentConfig().plan();
        int f = codec.spaceFactor();
        int height = info().size().height() / f;
        int width = info().size().width() / f;
        int words = prompt.strip().split("\\s+").length + 2;
        double pass = WaltFlops.forward(c, 1, s.block(), height, width, words);
        long tokens = (long) s.block() * (height / c.tokens().patch()) * (width / c.tokens().patch());
        long seen = (long) (s.sink() + s.window()) * c.windows().height() * c.windows().width(); // cached keys of a window
        double cached = c.width().layers() / 2 * tokens * seen * c.width().dim() * 4.0; // scores and weighted values of the layers over time
        // The pass that caches a block ends with the last layer's keys and values.
        double skipped = tokens * (2.0 * c.width().dim() * c.width().dim() + 4.0 * c.width().dim() * c.width().mlp()) + cached / (c.width().layers() / 2);
        return (s.levels().size() + 1) * (pass + cached) - skipped;
    }

    @Override
    public void close() {
        if (teacher != null) {
            teacher.close();
        }
        if (student != null) {
            student.close();
        }
        if (lanes != null) {
            lanes.close();
        }
        codec.close();
        if (text != null) {
            text.close();
        }
    }
}
