package org.praxino.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class TextCachesTest {
    @TempDir
    Path folder;

    /** One token a letter, its state drawn from a stream of the text's name; counts what it is asked for. */
    private static final class Letters implements TextEncoder {
        final List<String> asked = new ArrayList<>();
        final String id;

        Letters(String id) {
            this.id = id;
        }

        @Override
        public TextStates encode(List<String> prompts) {
            asked.addAll(prompts);
            return TextStates.pad(prompts.stream().map(Letters::states).toList());
        }

        @Override
        public List<String> unknownWords(String prompt) {
            return List.of();
        }

        static Tensor states(String prompt) {
            return RandomStream.of(7, prompt).normal(prompt.length(), 3);
        }

        @Override
        public int width() {
            return 3;
        }

        @Override
        public int maxTokens() {
            return 64;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void close() {}
    }

    private static void assertHolds(TextStates got, String... prompts) {
        List<Tensor> rows = got.unpad();
        assertThat(rows).hasSize(prompts.length);
        for (int i = 0; i < prompts.length; i++) {
            assertThat(rows.get(i).sameAs(Letters.states(prompts[i]))).as(prompts[i]).isTrue();
        }
    }

    @Test
    void memoryKeepsTheLastPromptsAndEncodesTheRestOnce() {
        Letters letters = new Letters("a");
        try (var cached = new CachedTextEncoder(letters, 2)) {
            assertHolds(cached.encode(List.of("cat", "horse", "cat")), "cat", "horse", "cat");
            assertThat(letters.asked).containsExactly("cat", "horse");
            assertHolds(cached.encode(List.of("horse")), "horse");
            assertThat(letters.asked).hasSize(2);
            assertHolds(cached.encode(List.of("ox", "emu", "horse")), "ox", "emu", "horse"); // more than it can keep
            assertThat(letters.asked).containsExactly("cat", "horse", "ox", "emu");
            assertHolds(cached.encode(List.of("cat")), "cat");
            assertThat(letters.asked).hasSize(5).last().isEqualTo("cat");
        }
    }

    @Test
    void diskKeepsWhatWasEncodedForTheSameEncoderOnly() {
        Letters letters = new Letters("a");
        try (var cache = TextStateCache.open(folder, letters, DType.F32)) {
            assertThat(cache.fill(List.of("cat", "horse", "cat"), Progress.SILENT)).isEqualTo(2);
            assertHolds(cache.get(List.of("horse", "cat")), "horse", "cat");
            assertThatThrownBy(() -> cache.get(List.of("emu")))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("holds no states for \"emu\"");
            assertThat(cache.fill(List.of("emu", "cat"), Progress.SILENT)).isEqualTo(1);
        }
        letters.asked.clear();
        try (var again = TextStateCache.open(folder, letters, DType.F32)) {
            assertThat(again.damaged()).isEmpty();
            assertThat(again.size()).isEqualTo(3);
            assertThat(again.fill(List.of("cat", "emu", "horse"), Progress.SILENT)).isZero();
            assertHolds(again.get(List.of("emu", "cat")), "emu", "cat");
            assertThat(letters.asked).isEmpty();
        }
        try (var other = TextStateCache.open(folder, new Letters("b"), DType.F32)) {
            assertThat(other.size()).isZero();
            assertThat(other.damaged()).singleElement().asString().endsWith("is of a in F32");
        }
    }

    @Test
    void aFileThatChangedIsNotUsedAndIsEncodedAgain() throws IOException {
        try (var cache = TextStateCache.open(folder, new Letters("a"), DType.BF16)) {
            cache.fill(List.of("cat"), Progress.SILENT);
            cache.fill(List.of("horse"), Progress.SILENT);
        }
        Path first;
        try (var files = Files.list(folder)) {
            first = files.filter(f -> f.toString().endsWith(".safetensors")).sorted().findFirst().orElseThrow();
        }
        try (var channel = Files.newByteChannel(first, StandardOpenOption.WRITE)) {
            channel.position(channel.size() - 1).write(java.nio.ByteBuffer.wrap(new byte[] {99}));
        }
        try (var cache = TextStateCache.open(folder, new Letters("a"), DType.BF16)) {
            assertThat(cache.damaged()).singleElement().asString().endsWith("has changed since it was written");
            assertThat(cache.size()).isEqualTo(1);
            assertThat(cache.fill(List.of("cat", "horse"), Progress.SILENT)).isEqualTo(1);
            assertThat(cache.get(List.of("cat")).states().dtype()).isEqualTo(DType.BF16);
        }
        try (var cache = TextStateCache.open(folder, new Letters("a"), DType.BF16)) {
            assertThat(cache.damaged()).isEmpty();
            assertThat(cache.size()).isEqualTo(2);
        }
    }
}
