/** Tests of checkpoints and model folders. Everything lies in temporary folders. Weights are a few numbers. */
@NullMarked
package org.praxino.io.model;

import org.jspecify.annotations.NullMarked;
