/**
 * Distribution matching: a few-step causal student is led to where a frozen bidirectional teacher finds its clips likelier than a critic does.
 * The critic, a bidirectional copy of the teacher, learns online what the student makes (Yin et al. 2024, CausVid; Huang et al. 2025, Self-Forcing).
 * All of it uses clean latents, signal and noise, so it works with v-prediction and with flow matching.
 */
@NullMarked
package org.praxino.train.dmd;

import org.jspecify.annotations.NullMarked;
