/** Tests of the drift guard. Their pictures are drawn. They run in seconds. */
@NullMarked
package org.praxino.stream.drift;

import org.jspecify.annotations.NullMarked;
