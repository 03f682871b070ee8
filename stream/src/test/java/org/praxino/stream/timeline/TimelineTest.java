package org.praxino.stream.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.tensor.UserException;

/** The document: what it says, what it refuses, and that it survives being written. */
class TimelineTest {
    @TempDir
    Path folder;

    private static final String WHOLE = """
            {
              "prompts": [
                {"at": 0, "prompt": "a cat", "image": "pictures/cat.png"},
                {"at": 2.5, "prompt": "a dog", "transition": {"blend": 1.5, "path": "spherical"}},
                {"at": 4, "prompt": "a ball", "transition": "recache"},
                {"at": 5, "prompt": "a star", "transition": "cut"},
                {"at": 6, "prompt": "a moon", "transition": {"blend": 2}}
              ],
              "seconds": 8, "seed": -7, "size": "128x96", "fps": 12
            }
            """;

    @Test
    void readsEverything() {
        Timeline t = Timeline.parse(WHOLE, "t.json", folder);
        assertThat(t.cues()).containsExactly(
                new Cue(0, "a cat", Transition.CUT, InputImage.of(folder.resolve("pictures/cat.png"))),
                new Cue(2.5, "a dog", new Transition.Blend(1.5, Transition.Path.SPHERICAL)),
                new Cue(4, "a ball", Transition.RECACHE),
                new Cue(5, "a star"),
                new Cue(6, "a moon", Transition.blend(2)));
        assertThat(t).isEqualTo(new Timeline(t.cues(), 8.0, -7L, new Size(128, 96), 12.0, null, null, null));
        Timeline v = Timeline.parse("{\"prompts\": [{\"at\": 0, \"prompt\": \"x\"}], \"video\": \"v.mp4\", \"strength\": 0.3}", "t.json", folder);
        assertThat(v.video()).isEqualTo(folder.resolve("v.mp4"));
        assertThat(v.strength()).isEqualTo(0.3);
        Timeline c = Timeline.parse("{\"prompts\": [{\"at\": 0, \"prompt\": \"x\"}], \"continue\": \"c.mp4\"}", "t.json", folder);
        assertThat(c.continuedClip()).isEqualTo(folder.resolve("c.mp4"));
        assertThat(Timeline.parse(c.toJson(), "again", folder)).isEqualTo(c);
    }

    @Test
    void survivesBeingWrittenAndMoved() throws Exception {
        Timeline t = Timeline.parse(WHOLE, "t.json", folder);
        assertThat(Timeline.parse(t.toJson(), "again", Path.of("/elsewhere"))).isEqualTo(t);
        Path file = folder.resolve("t.json");
        t.write(file);
        assertThat(Files.readString(file)).contains("\"image\": \"pictures/cat.png\"");
        assertThat(Timeline.read(file)).isEqualTo(t);
        Path inner = folder.resolve("inner");
        Files.createDirectories(inner);
        t.write(inner.resolve("t.json"));
        assertThat(Timeline.read(inner.resolve("t.json"))).isEqualTo(t);
    }

    @Test
    void aPictureInTheDocumentIsThePicture() {
        Frame red = Frame.filled(8, 6, new Rgb(200, 10, 10));
        Timeline t = Timeline.parse(Timeline.of("x").withImage(InputImage.of(red)).toJson(), "t", folder);
        Frame back = t.cues().getFirst().image().load(8, 6);
        assertThat(back.data()).isEqualTo(red.data());
        assertThatThrownBy(() -> new InputImage.Inline("aGVsbG8=").load(8, 6)).isInstanceOf(UserException.class)
                .hasMessageContaining("the image in the timeline").hasMessageNotContaining("praxino-");
        assertThatThrownBy(() -> new InputImage.Inline("%%%").load(8, 6)).hasMessageContaining("is not base64");
        assertThatThrownBy(() -> InputImage.of(folder.resolve("none.png")).load(8, 6)).isInstanceOf(UserException.class).hasMessageContaining("none.png");
    }

    @Test
    void aDocumentFromElsewhereNamesNoFiles() {
        for (String field : List.of("\"video\": \"/etc/passwd\"", "\"continue\": \"c.mp4\"")) {
            assertThatThrownBy(() -> Timeline.parse("{\"prompts\": [{\"at\": 0, \"prompt\": \"x\"}], " + field + "}", "the request", null))
                    .isInstanceOf(UserException.class).hasMessageContaining("names a file, which a timeline from elsewhere must not");
        }
        Timeline carried = Timeline.of("x").withImage(InputImage.of(Frame.filled(4, 4, new Rgb(1, 2, 3))));
        assertThat(Timeline.parse(carried.toJson(), "the request", null)).isEqualTo(carried);
        assertThatThrownBy(() -> Timeline.parse(Timeline.of("x").withImage(InputImage.of(Path.of("a.png"))).toJson(), "the request", null))
                .isInstanceOf(UserException.class).hasMessageContaining("names a file");
    }

    @Test
    void isBuiltInCode() {
        Timeline t = Timeline.of("a cat").withPrompt(4, "a ball", Transition.RECACHE).withPrompt(2, "a dog", Transition.blend(1)).withSeed(3L).withSeconds(9.0);
        assertThat(t.cues()).extracting(Cue::prompt).containsExactly("a cat", "a dog", "a ball");
        assertThat(t.withPrompt(2, "a bird", Transition.CUT).cues()).extracting(Cue::prompt).containsExactly("a cat", "a bird", "a ball");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                                                                  | t.json (line
            []                                                                                 | t.json must be an object but is a list
            {"prompts": []}                                                                    | t.json: a timeline needs a prompt
            {"prompts": "x"}                                                                   | t.json: "prompts" must be a list but is the text "x"
            {"seconds": 4}                                                                     | t.json: "prompts" is missing
            {"prompts": [{"at": 0}]}                                                           | t.json: "prompts" number 1: "prompt" is missing
            {"prompts": [{"prompt": "x"}]}                                                     | t.json: "prompts" number 1: "at" is missing
            {"prompts": [{"at": "0", "prompt": "x"}]}                                          | "at" must be a number but is the text "0"
            {"prompts": [{"at": 1, "prompt": "x"}]}                                            | the first prompt is at 1.0 s: a timeline begins at 0
            {"prompts": [{"at": -1, "prompt": "x"}]}                                           | a cue at -1.0 s is not possible
            {"prompts": [{"at": 0, "prompt": " "}]}                                            | the prompt at 0.0 s is empty
            {"prompts": [{"at": 0, "prompt": "x"}, {"at": 5, "prompt": "y"}, {"at": 2, "prompt": "z"}]} | prompt 3 is at 2.0 s, but the one before it at 5.0 s: times must rise
            {"prompts": [{"at": 0, "prompt": "x", "colour": "red"}]}                           | "colour" is not known; known here: at, image, prompt, transition
            {"prompts": [{"at": 0, "prompt": "x"}], "sede": 3}                                 | t.json: "sede" is not known; known here: continue, fps, prompts, seconds, seed, size, strength, video
            {"prompts": [{"at": 0, "prompt": "x"}], "seed": 1, "seed": 2}                      | t.json
            {"prompts": [{"at": 0, "prompt": "x"}], "seed": 1.5}                               | "seed" must be a whole number but is 1.5
            {"prompts": [{"at": 0, "prompt": "x"}], "seconds": 0}                              | seconds=0.0 is not possible
            {"prompts": [{"at": 0, "prompt": "x"}], "size": "big"}                             | "big" is not a size: write it as 128x128
            {"prompts": [{"at": 0, "prompt": "x"}], "size": "0x4"}                             | "0x4" is not a size
            {"prompts": [{"at": 0, "prompt": "x"}], "fps": 0}                                  | fps=0.0 is not possible
            {"prompts": [{"at": 0, "prompt": "x"}], "strength": 2}                             | strength=2.0 is not possible
            {"prompts": [{"at": 0, "prompt": "x", "image": "i.png"}], "video": "v.mp4"}        | a timeline has a video or an image, not both
            {"prompts": [{"at": 0, "prompt": "x", "image": "i.png"}], "continue": "v.mp4"}     | a timeline has a video, a clip to continue or an image, not several
            {"prompts": [{"at": 0, "prompt": "x", "transition": "fade"}]}                      | "transition" is "fade": write "cut", "recache" or {"blend": SECONDS}
            {"prompts": [{"at": 0, "prompt": "x", "transition": {"blend": -1}}]}               | a blend of -1.0 s is not possible
            {"prompts": [{"at": 0, "prompt": "x", "transition": {"blend": 1, "path": "zigzag"}}]} | "path" is "zigzag": write "linear" or "spherical"
            {"prompts": [{"at": 0, "prompt": "x", "image": "data:text/plain,hello"}]}          | is not an image
            {"prompts": [{"at": 0, "prompt": "x"}]} trailing                                   | t.json
            """)
    void refusesInOneSentence(String json, String sentence) {
        assertThatThrownBy(() -> Timeline.parse(json, "t.json", folder)).isInstanceOf(UserException.class).hasMessageStartingWith("t.json")
                .hasMessageContaining(sentence).extracting(Throwable::getMessage).asString().doesNotContain("\n");
    }

    @Test
    void refusesFilesThatAreNoDocuments() throws Exception {
        assertThatThrownBy(() -> Timeline.read(folder.resolve("none.json"))).isInstanceOf(UserException.class).hasMessageContaining("none.json");
        Path binary = folder.resolve("b.json");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> Timeline.read(binary)).isInstanceOf(UserException.class).hasMessageContaining("is not UTF-8 text");
    }

    @Test
    void isCheckedAgainstWhatAModelMakes() {
        var makes = new ModelInfo.ClipSize(128, 128, 33, 12);
        Timeline.of("x").withSize(new Size(128, 128)).withFps(12.0).check("m", makes);
        assertThatThrownBy(() -> Timeline.of("x").withFps(24.0).check("m", makes)).hasMessage("fps=24.0 is not what model m makes: it makes 12.0 frames a second");
        assertThatThrownBy(() -> Timeline.of("x").withSize(new Size(64, 64)).check("m", makes)).hasMessage("size 64x64 is not what model m makes: it makes 128x128");
    }

    @Test
    void aBlendIsEvenlySpacedAndABlendInsideABlendStartsFromWhereItIs() {
        ActivePrompt cat = ActivePrompt.after(null, new Cue(0, "cat"), 0, 0.5);
        assertThat(cat.at(5)).isEqualTo(PromptBlend.of("cat"));
        ActivePrompt dog = ActivePrompt.after(cat, new Cue(1, "dog", Transition.blend(1.5)), 2, 0.5); // 3 blocks
        assertThat(dog.at(2).weight()).isEqualTo(0.25);
        assertThat(dog.at(4).weight()).isEqualTo(0.75);
        assertThat(dog.at(5)).isEqualTo(PromptBlend.of("dog"));
        ActivePrompt owl = ActivePrompt.after(dog, new Cue(1.5, "owl", Transition.blend(0.1)), 3, 0.5);
        assertThat(owl.at(3)).isEqualTo(new PromptBlend("owl", dog.at(3), 0.5, Transition.Path.LINEAR));
        assertThat(owl.at(4)).isEqualTo(PromptBlend.of("owl"));
        assertThat(ActivePrompt.after(owl, new Cue(2, "star"), 4, 0.5).at(4)).isEqualTo(PromptBlend.of("star"));
        ActivePrompt nested = cat;
        for (int i = 0; i < 50; i++) {
            nested = ActivePrompt.after(nested, new Cue(i + 1, "p" + i, Transition.blend(10)), i, 0.5);
        }
        assertThat(nested.at(50).prompts().toList()).as("what lies far back is forgotten").isEqualTo(List.of("p49", "p48", "p47", "p46"));
    }
}
