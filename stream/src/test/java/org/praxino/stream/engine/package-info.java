/** Tests of the engine. */
@NullMarked
package org.praxino.stream.engine;

import org.jspecify.annotations.NullMarked;
