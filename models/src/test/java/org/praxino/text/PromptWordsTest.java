package org.praxino.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Emoji and words of other scripts in prompts: replaced by their English names, or reported. */
class PromptWordsTest {
    /** An encoder that knows ASCII. */
    private static final Predicate<String> ASCII = s -> s.chars().allMatch(c -> c < 128);

    private static PromptWords words(String prompt) {
        return PromptWords.of(prompt, ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "🐱, cat face", "🚀, rocket", "🐈, cat", "❤️, red heart", "❤, red heart", "👋🏽, waving hand", "👩‍🚀, woman astronaut", "👩🏿‍🚀, woman astronaut",
        "🇯🇵, flag Japan", "1️⃣, keycap 1", "猫, cat", "貓, cat", "ネコ, cat", "ロケット, rocket", "火箭, rocket", "고양이, cat", "кошка, cat",
        "КОШКА, cat", "ракета, rocket", "морда кошки, cat face", "बिल्ली, cat", "แมว, cat", "বিড়াল, cat", "собака, dog",
        "a 🐱 in a 🚀, a cat face in a rocket", "🐱🚀, cat face rocket", "a🐱b, a cat face b", "a red кошка runs, a red cat runs",
        "猫 and 狗, cat and dog", "кошка🐱, cat cat face"})
    void namesThatAreKnown(String prompt, String read) {
        assertThat(words(prompt)).isEqualTo(new PromptWords(read, List.of()));
    }

    @Test
    void whatIsKnownIsNotTouched() {
        assertThat(words("a  cat, 1 #2 (c)")).isEqualTo(new PromptWords("a  cat, 1 #2 (c)", List.of()));
        assertThat(PromptWords.of("猫 🐱", s -> true)).as("an encoder that knows it").isEqualTo(new PromptWords("猫 🐱", List.of()));
        assertThat(PromptWords.of("猫 🐱", s -> ASCII.test(s) || s.equals("猫")).text()).isEqualTo("猫 cat face");
    }

    @Test
    void whatHasNoNameIsReported() {
        assertThat(words("ξενοδοχείο").unknown()).containsExactly("ξενοδοχείο");
        assertThat(words("a قطة and قطة").unknown()).containsExactly("قطة");
        assertThat(words("кошки бегут").unknown()).as("whole words, not parts of them").containsExactly("кошки", "бегут");
        assertThat(words("左派").unknown()).as("one sign inside of a word is no name").containsExactly("左派");
        assertThat(words("大きなロケットが飛ぶ")).isEqualTo(new PromptWords("大きな rocket が飛ぶ", List.of("大きな", "が飛ぶ")));
        assertThat(words("a \uE000 \uD83E\uDEFF cat").unknown()).containsExactly("\uE000", "\uD83E\uDEFF");
        assertThat(words("猫。Привет！").unknown()).as("punctuation is no word").containsExactly("Привет");
    }

    @Test
    void anythingCanBeRead() {
        var random = new Random(5);
        int[] pieces = {0x1f431, 0x200d, 0xfe0f, 0x1f3fd, 0x1f469, 0x732b, 0x30fc, 0x0e41, 0x043a, 0x0301, ' ', 'a', '1', 0x20e3, 0xd800, 0xdc00,
            0x1f1ef, 0x1f1f5, 0xac00, 0x0915, 0x094d, 0x2028, 0xfffd, 0x10ffff};
        for (int round = 0; round < 3000; round++) {
            var prompt = new StringBuilder();
            for (int i = 0; i < round % 12; i++) {
                prompt.appendCodePoint(pieces[random.nextInt(pieces.length)]);
            }
            PromptWords read = words(prompt.toString());
            assertThat(read.unknown()).allMatch(word -> !word.isBlank());
        }
    }
}
