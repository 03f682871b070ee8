/** Tests of the checkpoint reader. */
@NullMarked
package org.praxino.io.torch;

import org.jspecify.annotations.NullMarked;
