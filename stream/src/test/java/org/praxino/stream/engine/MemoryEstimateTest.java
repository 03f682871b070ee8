package org.praxino.stream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.praxino.io.model.ModelInfo;
import org.praxino.tensor.Backend;
import org.praxino.tensor.UserException;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltPresets;

class MemoryEstimateTest {
    private final CodecConfig codec = CodecConfig.small();
    private final MemoryEstimate plan = MemoryEstimate.of(WaltPresets.EMOJI_128, codec, new ModelInfo.ClipSize(128, 128, 33, 12));

    @AfterEach
    void forget() {
        System.clearProperty(Backend.MEMORY_LIMIT);
    }

    @Test
    void longerClipsNeedMore() {
        assertThat(plan.bytes(9) - plan.bytes(1)).isEqualTo(8 * plan.bytesPerLatentFrame());
        assertThat(plan.bytes(9)).isBetween(64L << 20, 1L << 30);
    }

    @Test
    void refusesBeforehandAndNamesWhatFits() {
        long fits = plan.bytes(4) >> 20;
        System.setProperty(Backend.MEMORY_LIMIT, Long.toString(fits + 1));
        assertThatCode(() -> plan.check(13, codec)).doesNotThrowAnyException();
        assertThatThrownBy(() -> plan.check(129, codec))
                .isInstanceOf(UserException.class)
                .hasMessageMatching("129 frames need about \\d+ MiB and \\d+ MiB are free: the longest clip that fits has 13 frames");
        System.setProperty(Backend.MEMORY_LIMIT, "1");
        assertThatThrownBy(() -> plan.check(1, codec)).isInstanceOf(UserException.class).hasMessageContaining("not even one frame fits");
    }
}
