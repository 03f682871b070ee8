package org.praxino.train.run;

import java.util.ArrayList;
import java.util.List;
import org.praxino.io.model.ComponentSource;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.DType;
import org.praxino.tensor.UserException;
import org.praxino.train.RunFolder;
import org.praxino.walt.StudentConfig;
import tools.jackson.databind.JsonNode;

/** Exports {@code RUN/model}: the teacher's folder with the averaged weights of the newest checkpoint as its student. */
final class StudentExport {
    private StudentExport() {}

    /** @param training the configuration of the run @param parents hashes of what it began from, the teacher's among them */
    static ModelFolder write(
            RunFolder run, ModelFolder teacher, StudentConfig student, Object training, String dataDigest, long samples, List<String> parents) {
        var saved = run.latest().orElseThrow(() -> new UserException(run.path() + " holds no checkpoint yet."));
        var open = new ArrayList<WeightFiles>();
        try (var weights = saved.ema()) {
            var parts = new ArrayList<ComponentSource>();
            for (ModelInfo.Component part : teacher.info().components()) {
                if (!part.folder().equals(ModelFolder.STUDENT)) {
                    parts.add(copied(teacher, part, open));
                }
            }
            parts.add(WaltComponents.student(student, weights, DType.BF16));
            ModelInfo info = teacher.info();
            return ModelFolder.save(
                    run.path().resolve("model"),
                    ModelInfo.of(info.name(), info.kind(), info.size(), student.plan().block(), info.licence(),
                            Provenance.now(training, dataDigest, samples, parents)),
                    parts);
        } finally {
            open.forEach(WeightFiles::close);
        }
    }

    private static ComponentSource copied(ModelFolder from, ModelInfo.Component part, List<WeightFiles> open) {
        WeightFiles weights = null;
        if (part.files().stream().anyMatch(f -> f.name().endsWith(".safetensors"))) {
            weights = from.weights(part.folder());
            open.add(weights);
        }
        return new ComponentSource(part.folder(), part.type(), from.config(part.folder(), JsonNode.class), weights, null);
    }
}
