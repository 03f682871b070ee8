package org.praxino.app;

import java.util.List;
import org.praxino.server.ServerConfig;
import org.praxino.tensor.UserException;

/**
 * What {@code serve} was asked for.
 *
 * @param models what is served, and how each is opened; the first is the one meant when none is named
 * @param check only find out whether it could run
 * @param browser open the studio, where somebody sits in front of a screen
 */
record ServeOptions(List<Opening> models, ServerConfig config, boolean check, boolean browser) {
    ServeOptions {
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new UserException("a server needs a model: give one with --model");
        }
    }
}
