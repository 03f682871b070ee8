@NullMarked
package org.praxino.stream.timeline;

import org.jspecify.annotations.NullMarked;
