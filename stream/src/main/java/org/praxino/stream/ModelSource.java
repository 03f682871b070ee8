package org.praxino.stream;

import java.nio.file.Path;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelRepository;
import org.praxino.wan.folder.WanFolder;

/** A model on disk, by family. */
public sealed interface ModelSource {
    /** A model folder of Praxino with a W.A.L.T model. */
    record Walt(ModelFolder folder) implements ModelSource {}

    /** A folder or checkpoint of Wan 2.1 or of a causal student of it. */
    record Wan(WanFolder folder) implements ModelSource {}

    /**
     * Finds a model; reads no weights.
     *
     * @param nameOrFolder name of a bundled or pulled model, or path of a folder or checkpoint
     * @throws org.praxino.tensor.UserException if there is none, or if it is of no known family
     */
    static ModelSource open(String nameOrFolder) {
        ModelRepository models = ModelRepository.defaults();
        Path wan = WanFolder.find(nameOrFolder, models);
        return wan == null ? new Walt(models.open(nameOrFolder)) : new Wan(WanFolder.open(wan));
    }
}
