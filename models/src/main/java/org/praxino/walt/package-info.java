/**
 * W.A.L.T (arXiv 2312.06662): the causal tokenizer for images and videos, and the window-attention transformer.
 * Each published network is one file; configurations are records without hidden defaults.
 * docs/walt.md says what is the paper's and what is our reading.
 */
@NullMarked
package org.praxino.walt;

import org.jspecify.annotations.NullMarked;
