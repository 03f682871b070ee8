package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.diffusion.StudentPlan;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.UserException;
import org.praxino.text.MiniLmEncoder;
import org.praxino.text.TextEncoder;
import org.praxino.train.RunFolder;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** A W.A.L.T model folder, or the run that made it, which has the weights that it trained in fp32. */
record WaltBaseModel(StageStart start) implements BaseModel {
    private ModelFolder folder() {
        return start.model();
    }

    private WaltConfig network() {
        WaltConfig network = WaltComponents.teacherNetwork(folder());
        if (network.text().dim() == 0) {
            throw new UserException("model " + folder().info().name() + " in " + folder().path()
                    + " takes no text, and students are trained with text: name a text-to-video model");
        }
        return network;
    }

    @Override
    public String hash() {
        return folder().info().hash();
    }

    @Override
    public String tokenizerHash() {
        return folder().info().hash();
    }

    @Override
    public ProcessConfig process() {
        return WaltComponents.teacherProcess(folder());
    }

    @Override
    public BlockRollout.Plan plan(StudentPlan student) {
        return BlockRollout.Plan.of(new StudentConfig(network(), process(), student));
    }

    @Override
    public BlockRollout.Plan plan() {
        return BlockRollout.Plan.of(WaltComponents.studentConfig(folder()));
    }

    @Override
    public double matchingLevel(BlockRollout.Plan plan, double level) {
        return level;
    }

    @Override
    public TrainableDenoiser teacher(Device device) {
        return WeightInitialisation.from(start, ModelFolder.DENOISER, network(), device);
    }

    @Override
    public TrainableDenoiser student(Device device) {
        return WeightInitialisation.from(start, ModelFolder.STUDENT, WaltComponents.studentConfig(folder()).network(), device);
    }

    @Override
    public TrainableDenoiser withoutWeights() {
        return new WaltTransformer(network(), Params.counting());
    }

    @Override
    public VideoCodec codec(Device device) {
        return WaltComponents.codec(folder(), device, device.fastDType());
    }

    @Override
    public TextEncoder textEncoder(Device device) {
        return MiniLmEncoder.open(device, DType.F32);
    }

    @Override
    public String textCacheFolder() {
        return "text";
    }

    @Override
    public @Nullable String negative() {
        return null;
    }

    @Override
    public long[] latentShape(int frames, Path data) {
        var codec = folder().config(ModelFolder.CODEC, CodecConfig.class);
        int factor = codec.spaceFactor();
        var size = folder().info().size();
        return new long[] {codec.latentChannels(), frames, size.height() / factor, size.width() / factor};
    }

    @Override
    public long[] activationBytesPerToken() {
        WaltConfig c = network();
        return new long[] {4L * (40L * c.width().dim() + 4L * c.width().mlp()), 4L * c.width().dim()};
    }

    @Override
    public int[] patchAndLayers() {
        WaltConfig c = network();
        return new int[] {c.tokens().patch() * c.tokens().patch(), c.width().layers()};
    }

    @Override
    public void export(RunFolder run, BlockRollout.Plan plan, Object training, String dataDigest, long samples, List<String> parents) {
        var student = new StudentConfig(network(), process(), plan.student());
        StudentExport.write(run, folder(), student, training, dataDigest, samples, parents);
    }
}
