package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelShelf;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Device;
import org.praxino.text.TextEncoder;
import org.praxino.train.RunFolder;
import org.praxino.train.student.StudentShape;
import org.praxino.walt.ProcessConfig;
import org.praxino.wan.folder.WanFolder;

/** A model that students are made from, of either family: its networks as a stage needs them, opened anew at each call. */
sealed interface Base permits WaltBase, WanBase {
    /** By folder. @throws org.praxino.tensor.UserException when there is none */
    static Base open(String folder) {
        Path wan = WanFolder.find(folder, ModelShelf.usual());
        return wan == null ? new WaltBase(ModelFolder.open(Path.of(folder))) : new WanBase(WanFolder.open(wan));
    }

    /** Which weights these are. */
    String hash();

    /** Which weights the codec has. */
    String codecHash();

    /** How the bidirectional network is sampled in many steps. */
    ProcessConfig process();

    /** How a student of a shape makes blocks. @throws org.praxino.tensor.ConfigException when this model can have no such student */
    BlockRollout.Plan plan(StudentShape shape);

    /** How the student in this folder makes blocks. @throws org.praxino.tensor.UserException when there is none */
    BlockRollout.Plan plan();

    /** For a level of the student, the level of the many-step process with as much noise. */
    double stop(BlockRollout.Plan plan, double level);

    /** The bidirectional network in fp32. */
    TrainableDenoiser teacher(Device device);

    /** The student in this folder in fp32. */
    TrainableDenoiser student(Device device);

    /** Its network with shapes and without weights. */
    TrainableDenoiser counted();

    VideoCodec codec(Device device);

    /** For captions. */
    TextEncoder text(Device device);

    /** Folder under the data's in which its states are kept. */
    String textFolder();

    /** What guidance leads away from, or null for nothing in particular. */
    @Nullable String negative();

    /** [C, T, H, W] of a clip of so many latent frames. @param data folder of prepared data, which need not be there */
    long[] latent(int frames, Path data);

    /** Bytes that the backward pass reads of a token in one layer, in fp32, and of its input alone. */
    long[] tokenBytes();

    /** Positions of a latent frame that are one token, and layers. */
    int[] patchAndLayers();

    /** Writes {@code RUN/model}: this model with the averaged weights of the run's newest checkpoint as its student. */
    void export(
            RunFolder run, BlockRollout.Plan plan, Object training, String dataDigest, long samples, List<String> parents);
}
