package org.praxino.stream;

import java.util.function.Function;
import org.praxino.io.model.ComponentSource;
import org.praxino.io.model.ModelFolder;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** Reads and writes the components of a W.A.L.T model folder. */
public final class WaltComponents {
    private WaltComponents() {}

    /** The tokenizer of a model folder; the caller closes it. */
    public static WaltCodec codec(ModelFolder folder, Device device, DType dtype) {
        return codec(folder, weights -> Params.load(weights, device, dtype, folder.path().resolve(ModelFolder.CODEC).toString()));
    }

    private static WaltCodec codec(ModelFolder folder, Function<WeightSource, Params> open) {
        try (var weights = folder.weights(ModelFolder.CODEC)) {
            return new WaltCodec(folder.config(ModelFolder.CODEC, CodecConfig.class), open.apply(weights));
        }
    }

    /**
     * As {@link #codec(ModelFolder, Device, DType)}, for use alone: its weights are kept in a faster order as well and must not change. That
     * order goes by the size of the pictures, so one picture passes through it.
     */
    public static WaltCodec frozenCodec(ModelFolder folder, Device device, DType dtype) {
        WaltCodec codec = codec(folder, weights -> Params.load(weights, device, dtype, folder.path().resolve(ModelFolder.CODEC).toString()).frozen());
        if (!device.isCuda() && dtype == DType.F32) {
            var size = folder.info().size();
            try (var scope = Scope.open("first picture")) {
                codec.decode(codec.encode(Tensor.zeros(dtype, device, 1, 3, 1, size.height(), size.width())));
            }
        }
        return codec;
    }

    /** @param cast dtype to store in, BF16 for the zoo */
    public static ComponentSource codec(CodecConfig config, WeightSource weights, DType cast) {
        return new ComponentSource(ModelFolder.CODEC, "walt.codec", config, weights, cast);
    }

    /** The transformer with the way it is sampled. */
    public static ComponentSource denoiser(WaltConfig network, ProcessConfig process, WeightSource weights, DType cast) {
        return denoiser(new WaltDenoiserFile(network, process, null, null), weights, cast);
    }

    /** As {@link #denoiser(WaltConfig, ProcessConfig, WeightSource, DType)}, with classes and masks. */
    public static ComponentSource denoiser(WaltDenoiserFile file, WeightSource weights, DType cast) {
        return new ComponentSource(ModelFolder.DENOISER, "walt.transformer", file, weights, cast);
    }

    /** The causal few-step transformer with the way it streams. */
    public static ComponentSource student(StudentConfig config, WeightSource weights, DType cast) {
        return new ComponentSource(ModelFolder.STUDENT, "walt.student", config, weights, cast);
    }

    /** The bidirectional transformer of a model folder; the caller closes it. */
    public static WaltTransformer teacher(ModelFolder folder, Device device, DType dtype) {
        return transformer(folder, ModelFolder.DENOISER, teacherNetwork(folder), device, dtype);
    }

    /** Shape of the bidirectional transformer of a model folder. */
    public static WaltConfig teacherNetwork(ModelFolder folder) {
        return denoiserFile(folder).network();
    }

    /** How the bidirectional transformer of a model folder was trained and is sampled. */
    public static ProcessConfig teacherProcess(ModelFolder folder) {
        return denoiserFile(folder).process();
    }

    /** What the bidirectional transformer of a model folder is. */
    public static WaltDenoiserFile denoiserFile(ModelFolder folder) {
        return folder.config(ModelFolder.DENOISER, WaltDenoiserFile.class);
    }

    /** The causal transformer of a model folder; the caller closes it. */
    public static WaltTransformer student(ModelFolder folder, Device device, DType dtype) {
        return transformer(folder, ModelFolder.STUDENT, studentConfig(folder).network(), device, dtype);
    }

    /** As {@link #student}, for streaming alone: its weights are kept in a faster order as well and must not change. */
    public static WaltTransformer frozenStudent(ModelFolder folder, Device device, DType dtype) {
        try (var weights = folder.weights(ModelFolder.STUDENT)) {
            return new WaltTransformer(
                    studentConfig(folder).network(),
                    Params.load(weights, device, dtype, folder.path().resolve(ModelFolder.STUDENT).toString()).frozen());
        }
    }

    /** How the causal transformer of a model folder streams. */
    public static StudentConfig studentConfig(ModelFolder folder) {
        return folder.config(ModelFolder.STUDENT, StudentConfig.class);
    }

    private static WaltTransformer transformer(ModelFolder folder, String part, WaltConfig config, Device device, DType dtype) {
        try (var weights = folder.weights(part)) {
            return new WaltTransformer(config, Params.load(weights, device, dtype, folder.path().resolve(part).toString()));
        }
    }

    /** The bundled text encoder, which has no files of its own. */
    public static ComponentSource miniLm() {
        return new ComponentSource(ModelFolder.TEXT, "minilm", java.util.Map.of("encoder", "all-MiniLM-L6-v2"), null, null);
    }

}
