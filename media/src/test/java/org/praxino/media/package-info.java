@NullMarked
package org.praxino.media;

import org.jspecify.annotations.NullMarked;
