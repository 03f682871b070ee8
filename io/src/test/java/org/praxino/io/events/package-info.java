/** Tests of event files. The golden bytes were read by real TensorBoard once. The clock stands still. */
@NullMarked
package org.praxino.io.events;

import org.jspecify.annotations.NullMarked;
