/** Tests of what all commands share. */
@NullMarked
package org.praxino.app.cli;

import org.jspecify.annotations.NullMarked;
