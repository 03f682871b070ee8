/**
 * Text encoders with one state per token: BERT, T5 v1.1 and UMT5 under their published weight names, and the MiniLM that a Maven jar
 * carries, which is the default. A prompt goes through a tokenizer and a network and comes out as {@link TextStates}, padded and
 * masked. Two caches keep what was encoded: one in memory for a running program, one on disk for training.
 */
@NullMarked
package org.praxino.text;

import org.jspecify.annotations.NullMarked;
