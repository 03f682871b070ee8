/**
 * Training runs as commands start them: a YAML file read strictly, data and codec opened, the loop run, the result exported.
 * A run's folder holds its checkpoints, sheets, log and, at every end, a model folder made of the averaged weights.
 * Running the same configuration again resumes.
 */
@NullMarked
package org.praxino.train.run;

import org.jspecify.annotations.NullMarked;
