package org.praxino.app;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.server.ServerConfig;
import org.praxino.tensor.UserException;
import org.praxino.wan.folder.Offload;

/**
 * What {@code serve} was asked for.
 *
 * @param models names or folders; the first is the one meant when none is named
 * @param check only find out whether it could run
 * @param size of frames that models of Wan make, or null for theirs
 * @param offload what is kept off the GPU of models of Wan
 */
record ServeOptions(List<String> models, ServerConfig config, boolean check, GenerateOptions.@Nullable Size size, Set<Offload> offload) {
    ServeOptions {
        models = List.copyOf(models);
        offload = Set.copyOf(offload);
        if (models.isEmpty()) {
            throw new UserException("a server needs a model: give one with --model");
        }
    }
}
