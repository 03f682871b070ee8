package org.praxino.train.walt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.condition.GivenMask;
import org.praxino.condition.SampleKind;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class GivenMasksTest {
    private static final int CLIPS = 200;

    private static float[] draw(List<GivenMask> masks, SampleKind kind, int frames) {
        try (var scope = Scope.open("masks")) {
            Tensor mask = new GivenMasks(masks, 1).draw(Collections.nCopies(CLIPS, kind), frames, 4, 6, RandomStream.of(1, "given"));
            assertThat(mask.shape()).containsExactly(CLIPS, 1, frames, masks.contains(GivenMask.REGION) ? 4 : 1, masks.contains(GivenMask.REGION) ? 6 : 1);
            return mask.toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void givenFramesLeaveAtLeastOneToPredictAndStayInTheirClip(int frames) {
        float[] mask = draw(List.of(GivenMask.FIRST), SampleKind.CLIP, frames);
        float[] last = draw(List.of(GivenMask.LAST), SampleKind.CLIP, frames);
        int most = 0;
        for (int clip = 0; clip < CLIPS; clip++) {
            int known = 0;
            while (known < frames && mask[clip * frames + known] == 1) {
                known++;
            }
            for (int t = known; t < frames; t++) {
                assertThat(mask[clip * frames + t]).isZero();
            }
            assertThat(known).isBetween(Math.min(1, frames - 1), Math.min(2, frames - 1));
            most = Math.max(most, known);
            for (int t = 0; t < frames; t++) {
                assertThat(last[clip * frames + t]).as("the same from the other end").isEqualTo(mask[clip * frames + frames - 1 - t]);
            }
        }
        assertThat(most).isEqualTo(Math.min(2, frames - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void endsAreOneFrameOnEitherSide(int frames) {
        float[] mask = draw(List.of(GivenMask.ENDS), SampleKind.CLIP, frames);
        for (int i = 0; i < mask.length; i++) {
            int t = i % frames;
            assertThat(mask[i]).isEqualTo(t == 0 && frames > 1 || t == frames - 1 && frames > 2 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void regionsAreTheSameInAllFramesAndNeverEverything(int frames) {
        float[] mask = draw(List.of(GivenMask.REGION), SampleKind.CLIP, frames);
        Set<Float> corners = new HashSet<>();
        for (int clip = 0; clip < CLIPS; clip++) {
            float sum = 0;
            for (int i = 0; i < 24; i++) {
                for (int t = 0; t < frames; t++) {
                    assertThat(mask[(clip * frames + t) * 24 + i]).isEqualTo(mask[clip * frames * 24 + i]);
                }
                sum += mask[clip * frames * 24 + i];
            }
            assertThat(sum).isBetween(1f, 23f);
            corners.add(mask[clip * frames * 24]);
        }
        assertThat(corners).as("inside and outside").containsExactlyInAnyOrder(0f, 1f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void imagesAreNeverGiven(int frames) {
        assertThat(draw(List.of(GivenMask.values()), SampleKind.IMAGES, frames)).containsOnly(0);
    }

    @Test
    void allMasksOfTheListAreDrawn() {
        float[] mask = draw(List.of(GivenMask.FIRST, GivenMask.LAST), SampleKind.CLIP, 3);
        Set<Float> firsts = new HashSet<>();
        for (int clip = 0; clip < CLIPS; clip++) {
            firsts.add(mask[clip * 3]);
        }
        assertThat(firsts).containsExactlyInAnyOrder(0f, 1f);
    }
}
