package org.praxino.train.walt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.condition.SampleKind;
import org.praxino.tensor.RandomStream;

class WaltObjectiveTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void givenFramesLeaveAtLeastOneToPredictAndStayInTheirClip(int frames) {
        List<SampleKind> kinds = Collections.nCopies(200, SampleKind.CLIP);
        float[] mask = WaltObjective.givenMask(kinds, frames, 1, RandomStream.of(1, "given"));
        int most = 0;
        for (int clip = 0; clip < kinds.size(); clip++) {
            int known = 0;
            while (known < frames && mask[clip * frames + known] == 1) {
                known++;
            }
            for (int t = known; t < frames; t++) {
                assertThat(mask[clip * frames + t]).isZero();
            }
            assertThat(known).isBetween(Math.min(1, frames - 1), Math.min(2, frames - 1));
            most = Math.max(most, known);
        }
        assertThat(most).isEqualTo(Math.min(2, frames - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void imagesAreNeverGiven(int frames) {
        float[] mask = WaltObjective.givenMask(Collections.nCopies(50, SampleKind.IMAGES), frames, 1, RandomStream.of(1, "given"));
        assertThat(mask).hasSize(50 * frames).containsOnly(0);
    }
}
