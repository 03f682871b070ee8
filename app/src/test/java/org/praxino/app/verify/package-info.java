/** Tests of the golden checks on the cases in {@code golden/}. */
@NullMarked
package org.praxino.app.verify;

import org.jspecify.annotations.NullMarked;
