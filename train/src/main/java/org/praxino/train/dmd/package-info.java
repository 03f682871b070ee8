/**
 * Distribution matching: a few-step causal student follows the score difference of a frozen bidirectional teacher and a critic. The critic,
 * a bidirectional copy of the teacher, is trained online on the student's clips (Yin et al. 2024, CausVid; Huang et al. 2025,
 * Self-Forcing). All of it uses clean latents, signal and noise, so it works with v-prediction and with flow matching.
 */
@NullMarked
package org.praxino.train.dmd;

import org.jspecify.annotations.NullMarked;
