/**
 * From a prompt to token ids: cleaning of the text as the published systems do it, then a published {@code tokenizer.json}.
 * The native tokenizer library is loaded when the first tokenizer is opened, from its own jar, without any use of the network.
 * Texts that are too long are cut and the number of tokens lost is reported, never silently.
 */
@NullMarked
package org.praxino.io.tokenizer;

import org.jspecify.annotations.NullMarked;
