package org.praxino.stream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The arc between two token states. */
class PromptConditionsTest {
    @Test
    void anArcKeepsItsLength() {
        float[] a = {2, 0};
        float[] b = {0, 4};
        float[] half = PromptConditions.spherical(a, b, 0.5);
        assertThat(Math.hypot(half[0], half[1])).isEqualTo(3, within(1e-6));
        assertThat(half[0]).isEqualTo(half[1], within(1e-6f));
        assertThat(PromptConditions.spherical(a, b, 0.999999)[1]).isEqualTo(4, within(1e-3f));
    }

    @Test
    void withoutAnArcItIsALine() {
        assertThat(PromptConditions.spherical(new float[] {2, 0}, new float[] {0, 0}, 0.25)).containsExactly(1.5f, 0);
        assertThat(PromptConditions.spherical(new float[] {2, 0}, new float[] {4, 0}, 0.5)).containsExactly(3, 0);
        assertThat(PromptConditions.spherical(new float[] {2, 0}, new float[] {-2, 0}, 0.5)).containsExactly(0, 0);
    }
}
