package org.praxino.train.run;

import java.util.List;

/**
 * Identifies a run: the configuration and the models it starts from.
 *
 * @param training configuration
 * @param parents hashes of the models it begins from
 */
record RunIdentity(Object training, List<String> parents) {}
