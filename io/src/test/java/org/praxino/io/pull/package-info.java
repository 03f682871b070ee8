/** Tests of fetching checkpoints, against a server of their own on this machine that misbehaves as told. */
@NullMarked
package org.praxino.io.pull;

import org.jspecify.annotations.NullMarked;
