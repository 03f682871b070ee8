package org.praxino.train.data.emoji;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.train.data.HeldOutSplit;

class EmojiNounPhrasesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ferris wheel | a ferris wheel", "octopus | an octopus", "unicorn | a unicorn", "hourglass | an hourglass",
        "footprints | footprints", "wine glass | a wine glass", "spaghetti | spaghetti", "ring | a ring", "woman’s hat | a woman's hat",
        "face with tears of joy | a face with tears of joy", "face blowing a kiss | a face blowing a kiss",
        "person lifting weights | a person lifting weights", "flag: Sweden | the flag of sweden", "man: bald | a bald man",
        "woman: red hair | a woman with red hair", "man: beard | a man with a beard",
                "family: man, woman, boy | a family of a man, a woman and a boy",
        "kiss: woman, man | a woman and a man kissing", "keycap: 5 | a key with the sign 5", "nine-thirty | a clock showing nine thirty",
        "twelve o’clock | a clock showing twelve o'clock", "Leo | the zodiac sign leo", "no smoking | a no smoking sign"})
    void namesBecomeNounPhrases(String name, String phrase) {
        assertThat(EmojiNounPhrases.subject(name)).isEqualTo(phrase);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a man running | a man with dark skin running", "a man in a tuxedo | a man with dark skin in a tuxedo",
        "a man farmer | a man farmer with dark skin", "a waving hand | a waving hand with dark skin",
        "a woman with red hair | a woman with red hair and dark skin"})
    void skinIsSaidWhereItBelongs(String subject, String toned) {
        assertThat(EmojiNounPhrases.withSkinTone(subject, List.of(5))).isEqualTo(toned);
        assertThat(EmojiNounPhrases.withSkinTone(subject, List.of())).isEqualTo(subject);
    }

    @Test
    void twoPeopleHaveTwoTones() {
        assertThat(EmojiNounPhrases.withSkinTone("two people holding hands", List.of(1, 4)))
                .isEqualTo("two people with light and medium-dark skin holding hands");
        assertThat(EmojiNounPhrases.suffix(List.of(1, 4))).isEqualTo(", light skin tone, medium-dark skin tone");
    }

    @Test
    void codePointsAreOneWhateverTheSpelling() {
        assertThat(EmojiNames.normalise("1F3C3-1F3FB-200D-2642-FE0F")).isEqualTo("1f3c3-1f3fb-200d-2642");
        assertThat(EmojiNames.normalise("23-fe0f-20e3")).isEqualTo("0023-20e3");
        assertThat(EmojiNames.normalise("1f3f4-e0067_e0062_e007f")).isEqualTo("1f3f4-e0067-e0062");
    }

    @Test
    void theTableOfWordsIsWellFormed() {
        EmojiVocabulary words = EmojiVocabulary.load();
        Set<String> names = new java.util.TreeSet<>();
        words.names().forEach(names::add);
        assertThat(names).hasSizeGreaterThan(400);
        for (String name : names) {
            assertThat(words.subject(name)).as(name).isEqualTo(words.subject(name).toLowerCase()).doesNotStartWith(" ");
            assertThat(words.motions(name)).as(name).doesNotHaveDuplicates().allMatch(m -> m.matches("[a-z][a-z' ]*[a-z]"));
        }
        assertThat(words.motions("ferris wheel")).contains("spinning");
    }

    @Test
    void heldOutNamesAreAFixedShareOfEachStratum() {
        Map<String, String> strata = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            strata.put("name " + i, i % 4 == 0 ? "rare" : "common");
        }
        Set<String> out = HeldOutSplit.choose(strata, 0.05);
        Map<String, Long> each = out.stream().collect(Collectors.groupingBy(strata::get, Collectors.counting()));
        assertThat(each).isEqualTo(Map.of("rare", 5L, "common", 15L));
        assertThat(HeldOutSplit.choose(new HashMap<>(strata), 0.05)).isEqualTo(out);
        strata.put("one more", "new");
        assertThat(HeldOutSplit.choose(strata, 0.05)).as("other strata do not move").isEqualTo(out);
    }
}
