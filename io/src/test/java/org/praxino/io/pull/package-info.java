/** Tests of downloads, against a local server that misbehaves on request. */
@NullMarked
package org.praxino.io.pull;

import org.jspecify.annotations.NullMarked;
