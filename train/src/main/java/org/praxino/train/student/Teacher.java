package org.praxino.train.student;

import org.praxino.diffusion.Process;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.io.model.ModelFolder;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.walt.ProcessConfig;

/**
 * The bidirectional transformer of a model folder with its process, in fp32, its weights frozen.
 *
 * @param network owned
 * @param processConfig what it was trained for
 * @param hash which weights these are
 */
public record Teacher(TrainableDenoiser network, ProcessConfig processConfig, String hash) implements AutoCloseable {

    public static Teacher open(ModelFolder folder, Device device) {
        return new Teacher(WaltComponents.teacher(folder, device, DType.F32), WaltComponents.teacherProcess(folder), folder.info().hash());
    }

    public Process process() {
        return processConfig.process();
    }

    @Override
    public void close() {
        network.close();
    }
}
