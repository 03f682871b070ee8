/** Tests of timelines. They need no model. They run in an instant. */
@NullMarked
package org.praxino.stream.timeline;

import org.jspecify.annotations.NullMarked;
