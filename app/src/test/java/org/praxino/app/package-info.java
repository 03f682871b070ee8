/** Tests of the command line; none of them needs a model. */
@NullMarked
package org.praxino.app;

import org.jspecify.annotations.NullMarked;
