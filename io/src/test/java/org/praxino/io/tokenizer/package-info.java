/** Tests of prompt cleaning and tokenizers. Expected values come from the published programs. They run offline. */
@NullMarked
package org.praxino.io.tokenizer;

import org.jspecify.annotations.NullMarked;
