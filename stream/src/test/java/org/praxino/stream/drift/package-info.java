@NullMarked
package org.praxino.stream.drift;

import org.jspecify.annotations.NullMarked;
