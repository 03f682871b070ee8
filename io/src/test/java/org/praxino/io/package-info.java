/** Tests of files, JSON and checksums. Formats have their tests in the sub-packages. They run offline and in seconds. */
@NullMarked
package org.praxino.io;

import org.jspecify.annotations.NullMarked;
