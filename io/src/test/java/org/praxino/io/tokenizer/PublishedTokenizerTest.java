package org.praxino.io.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.io.tokenizer.TextTokenizer.Padding.LONGEST;
import static org.praxino.io.tokenizer.TextTokenizer.Padding.MAX_LENGTH;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class PublishedTokenizerTest {

    private static PublishedTokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = PublishedTokenizer.fromResource(PublishedTokenizerTest.class.getClassLoader(), "all-minilm-l6-v2-tokenizer.json");
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    /** Numbers of the BERT uncased vocabulary: 101 [CLS], 102 [SEP], 0 [PAD]. */
    @Test
    void encodesABatch() {
        Tokens tokens = tokenizer.encode(List.of("a ferris wheel spinning", "", "Café — ¡日本!"), 77, LONGEST);
        assertThat(tokens.ids()[0]).startsWith(101, 1037, 23202, 5217, 9419, 102);
        assertThat(tokens.ids()[1]).startsWith(101, 102, 0);
        assertThat(tokens.mask()[1]).startsWith(1, 1, 0);
        assertThat(tokens.ids()[2]).startsWith(101, 7668, 1517).endsWith(102); // accents are stripped
        assertThat(tokens.dropped()).containsExactly(0, 0, 0);
        assertThat(tokens.idTensor().shape()).containsExactly(3, tokens.length());
        assertThat(tokens.maskTensor().sum().item()).isEqualTo(6 + 2 + tokens.length());
    }

    @Test
    void padsToAFixedLengthWhenAsked() {
        Tokens tokens = tokenizer.encode(List.of("a cat"), 8, MAX_LENGTH);
        assertThat(tokens.ids()[0]).containsExactly(101, 1037, 4937, 102, 0, 0, 0, 0);
        assertThat(tokens.mask()[0]).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
        assertThat(tokenizer.encode(List.of(), 8, LONGEST).length()).isZero();
    }

    /** The file itself asks for 128 tokens; neither that padding nor that truncation may survive. */
    @Test
    void doesNotObeyTheFilesOwnLimits() {
        String text = "spin ".repeat(300);
        assertThat(tokenizer.encode(List.of(text), 512, LONGEST).length()).isEqualTo(302);
        assertThat(tokenizer.encode(List.of("x"), 512, LONGEST).length()).isEqualTo(3);
    }

    @Test
    void reportsWhatItCut() {
        Tokens tokens = tokenizer.encode(List.of("one two three four five", "one"), 5, LONGEST);
        assertThat(tokens.ids()[0]).isEqualTo(tokenizer.encode(List.of("one two three"), 9, LONGEST).ids()[0]);
        assertThat(tokens.dropped()).containsExactly(2, 0);
        assertThat(tokenizer.encode(List.of("word ".repeat(10_000)), 77, LONGEST).dropped()).containsExactly(10_002 - 77);
        assertThatThrownBy(() -> tokenizer.encode(List.of("one two"), 1, LONGEST)).hasMessageContaining("maxLength=1");
    }

    @Test
    void takesAnyJavaString() {
        for (String text : List.of("🐉🐉", "half \ud83d pair", "\0", "\udc09\ud83d", "\u202e rtl", "e\u0301")) {
            assertThat(tokenizer.encode(List.of(text), 16, LONGEST).ids()[0]).as(text).startsWith(101).endsWith(102);
        }
        assertThat(tokenizer.encode(List.of("e\u0301t\u00e9"), 16, LONGEST).ids()[0])
                .isEqualTo(tokenizer.encode(List.of("ete"), 16, LONGEST).ids()[0]);
    }

    @Test
    void isUsedByManyThreads() {
        List<String> texts = List.of("a ferris wheel spinning", "a dog", "nothing at all to see");
        Tokens expected = tokenizer.encode(texts, 77, LONGEST);
        assertThat(java.util.stream.IntStream.range(0, 200).parallel().mapToObj(i -> tokenizer.encode(texts, 77, LONGEST)))
                .allSatisfy(t -> assertThat(t.ids()).isDeepEqualTo(expected.ids()));
    }

    @Test
    void saysWhatIsWrongWithAFile(@TempDir Path dir) throws Exception {
        assertThatThrownBy(() -> PublishedTokenizer.open(dir))
                .isInstanceOf(UserException.class)
                .hasMessage("Cannot read " + dir.resolve("tokenizer.json") + ": there is no such file.");
        Files.writeString(dir.resolve("tokenizer.json"), "{\"model\":{}}");
        assertThatThrownBy(() -> PublishedTokenizer.open(dir))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Cannot read " + dir.resolve("tokenizer.json") + ": it is not a tokenizer.json");
        assertThatThrownBy(() -> PublishedTokenizer.fromResource(PublishedTokenizerTest.class.getClassLoader(), "none.json"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("There is no none.json on the class path");
    }

    /** A Unigram tokenizer in the manner of T5: closing token only, its own filling token. */
    @Test
    void readsOtherKinds(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("tokenizer.json"), """
                {"version":"1.0","truncation":null,"padding":null,
                 "added_tokens":[
                  {"id":0,"content":"<pad>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
                  {"id":1,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
                  {"id":2,"content":"<unk>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
                 "normalizer":null,
                 "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
                 "post_processor":{"type":"TemplateProcessing",
                  "single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
                  "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],
                  "special_tokens":{"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]}}},
                 "decoder":null,
                 "model":{"type":"Unigram","unk_id":2,"byte_fallback":false,
                  "vocab":[["<pad>",0],["</s>",0],["<unk>",0],["▁a",-1],["▁dog",-2],["▁",-5],["s",-4]]}}
                """);
        try (PublishedTokenizer t5 = PublishedTokenizer.open(dir)) {
            assertThat(t5.padId()).isZero();
            assertThat(t5.encode(List.of("a dogs", "a"), 8, LONGEST).ids()).isDeepEqualTo(new long[][] {{3, 4, 6, 1}, {3, 1, 0, 0}});
            assertThat(t5.encode(List.of("a dogs"), 3, LONGEST).ids()).isDeepEqualTo(new long[][] {{3, 4, 1}});
        }
    }
}
