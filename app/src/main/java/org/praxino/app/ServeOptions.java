package org.praxino.app;

import java.util.List;
import org.praxino.server.ServerConfig;
import org.praxino.tensor.UserException;

/**
 * Options of {@code serve}.
 *
 * @param models models to serve; the first is the default
 * @param check only check the configuration
 * @param browser open the studio in a browser, if there is a display
 */
record ServeOptions(List<ModelOpenOptions> models, ServerConfig config, boolean check, boolean browser) {
    ServeOptions {
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new UserException("a server needs a model: give one with --model");
        }
    }
}
