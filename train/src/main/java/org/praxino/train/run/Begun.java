package org.praxino.train.run;

import java.util.List;

/**
 * What a run's folder belongs to: another teacher is another run.
 *
 * @param training configuration
 * @param parents hashes of the models it begins from
 */
record Begun(Object training, List<String> parents) {}
