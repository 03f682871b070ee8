package org.praxino.train.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.diffusion.StudentPlan;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.ModelSource;
import org.praxino.tensor.Device;
import org.praxino.text.TextEncoder;
import org.praxino.train.RunFolder;
import org.praxino.walt.ProcessConfig;

/** A base model for students, W.A.L.T or Wan. Each call opens the requested network. */
sealed interface BaseModel permits WaltBaseModel, WanBaseModel {
    /** By model folder, or the folder of a run of a W.A.L.T model. @throws org.praxino.tensor.UserException when there is none */
    static BaseModel open(String folder) {
        if (Files.isDirectory(Path.of(folder, "checkpoints"))) {
            return new WaltBaseModel(StageStart.open(Path.of(folder)));
        }
        return switch (ModelSource.open(folder)) {
            case ModelSource.Walt walt -> new WaltBaseModel(new StageStart(walt.folder(), null));
            case ModelSource.Wan wan -> new WanBaseModel(wan.folder());
        };
    }

    /** Which weights these are. */
    String hash();

    /** Which weights the codec has. */
    String tokenizerHash();

    /** How the bidirectional network is sampled in many steps. */
    ProcessConfig process();

    /** A student's plan on this model. @throws org.praxino.tensor.ConfigException when this model can have no such student */
    BlockRollout.Plan plan(StudentPlan student);

    /** The plan of the student in this folder. @throws org.praxino.tensor.UserException when there is none */
    BlockRollout.Plan plan();

    /** The level of the many-step process with the same noise as a level of the student. */
    double matchingLevel(BlockRollout.Plan plan, double level);

    /** The bidirectional network in fp32. */
    TrainableDenoiser teacher(Device device);

    /** The student in this folder in fp32. */
    TrainableDenoiser student(Device device);

    /** Its network with shapes and without weights. */
    TrainableDenoiser withoutWeights();

    VideoCodec codec(Device device);

    /** For captions. */
    TextEncoder textEncoder(Device device);

    /** Folder below the data folder for cached text states. */
    String textCacheFolder();

    /** The negative prompt of guidance, or null for none. */
    @Nullable String negative();

    /** [C, T, H, W] of a clip of so many latent frames. @param data folder of prepared data, which need not be there */
    long[] latentShape(int frames, Path data);

    /** Bytes that the backward pass reads of a token in one layer, in fp32, and of its input alone. */
    long[] activationBytesPerToken();

    /** Positions of a latent frame that are one token, and layers. */
    int[] patchAndLayers();

    /** Writes {@code RUN/model}: this model with the averaged weights of the run's newest checkpoint as its student. */
    void export(
            RunFolder run, BlockRollout.Plan plan, Object training, String dataDigest, long samples, List<String> parents);
}
