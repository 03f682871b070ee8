package org.praxino.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** The bundled encoder, with its real weights. */
@ExtendWith(LeakCheck.class)
class MiniLmEncoderTest {

    private static double cosine(Tensor pooled, int a, int b) {
        Tensor x = pooled.select(0, a);
        Tensor y = pooled.select(0, b);
        return x.mul(y).sum().item() / Math.sqrt(x.square().sum().item() * y.square().sum().item());
    }

    /** The expected numbers are what ONNX Runtime 1.20.0 gave for the same weights. */
    @Test
    void sentencesAreAsNearAsInTheReferenceRuntime() {
        try (var encoder = MiniLmEncoder.open(Device.CPU, DType.F32)) {
            TextStates states = encoder.encode(List.of(
                    "a brown dog walking", "a dog that walks", "a ferris wheel spinning", "a red car driving fast", "an automobile"));
            assertThat(states.width()).isEqualTo(MiniLmEncoder.WIDTH).isEqualTo(encoder.width());
            Tensor pooled = states.pooled();
            assertThat(cosine(pooled, 0, 1)).isEqualTo(0.80, within(0.005));
            assertThat(cosine(pooled, 0, 2)).isEqualTo(0.08, within(0.005));
            assertThat(cosine(pooled, 3, 4)).isEqualTo(0.54, within(0.005));
        }
    }

    @Test
    void aPromptHasTheSameStatesWhateverItIsBatchedWith() {
        try (var encoder = MiniLmEncoder.open(Device.CPU, DType.F32)) {
            Tensor alone = encoder.encode(List.of("a cat")).states();
            TextStates both = encoder.encode(List.of("a  cat ", "", "a rather longer prompt about a whale that swims in the sea"));
            assertThat(alone.shape()).containsExactly(1, 4, 384);
            assertThat(both.unpad().get(0).sub(alone.select(0, 0)).abs().max().item()).isLessThan(1e-5);
            assertThat(both.mask().to(DType.I64).sum(false, 1).toLongArray()).containsExactly(4, 2, 15);
            assertThat(both.states().select(0, 1).narrow(0, 2, 13).abs().max().item()).isZero();
        }
    }

    @Test
    void emojiAndOtherScriptsAreReadByTheirNames() {
        try (var encoder = MiniLmEncoder.open(Device.CPU, DType.F32)) {
            List<String> names = List.of("cat face", "rocket", "cat", "cat", "dog");
            List<String> written = List.of("\ud83d\udc31", "\ud83d\ude80", "猫", "кошка", "개");
            List<Tensor> expected = encoder.encode(names).unpad();
            List<Tensor> read = encoder.encode(written).unpad();
            for (int i = 0; i < names.size(); i++) {
                assertThat(read.get(i).shape()).as(written.get(i)).isEqualTo(expected.get(i).shape());
                assertThat(read.get(i).sub(expected.get(i)).abs().max().item()).as(written.get(i)).isLessThan(1e-5);
                assertThat(encoder.unknownWords(written.get(i))).isEmpty();
            }
            assertThat(encoder.unknownWords("a cat, 3 naïve cafés & a \"dog\"!")).isEmpty();
            assertThat(encoder.unknownWords("a кот in a ξενοδοχείο")).as("letters that it has one by one").containsExactly("кот", "ξενοδοχείο");
        }
    }

    @Test
    void bf16StaysNearFp32() {
        try (var full = MiniLmEncoder.open(Device.CPU, DType.F32);
                var half = MiniLmEncoder.open(Device.CPU, DType.BF16)) {
            List<String> prompts = List.of("a dragon breathing fire", "a waving hand");
            Tensor a = full.encode(prompts).pooled();
            TextStates b = half.encode(prompts);
            assertThat(b.states().dtype()).isEqualTo(DType.BF16);
            assertThat(a.sub(b.pooled()).square().sum().item() / a.square().sum().item()).isLessThan(1e-3);
            assertThat(full.id()).isNotEqualTo(half.id());
        }
    }

    @Test
    void aPromptThatIsTooLongIsRefusedWithTheLimit() {
        try (var encoder = MiniLmEncoder.open(Device.CPU, DType.F32)) {
            assertThat(encoder.encode(List.of("dog ".repeat(62))).tokens()).isEqualTo(64);
            assertThatThrownBy(() -> encoder.encode(List.of("a cat", "dog ".repeat(2500))))
                    .isInstanceOf(UserException.class)
                    .hasMessage("The prompt \"dog dog dog dog dog dog dog dog dog dog …\" has 2502 tokens, but"
                            + " all-MiniLM-L6-v2 reads at most 64: shorten it.");
        }
    }
}
