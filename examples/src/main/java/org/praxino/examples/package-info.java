/**
 * Small programs to copy from, each with a {@code main}. They open the bundled model, which comes as an artifact. {@code NetworkStep} and
 * {@code TrainOnFolder} show training, the others show generating.
 */
@NullMarked
package org.praxino.examples;

import org.jspecify.annotations.NullMarked;
