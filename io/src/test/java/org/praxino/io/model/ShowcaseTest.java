package org.praxino.io.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class ShowcaseTest {
    @TempDir
    Path dir;

    @Test
    void theBestPromptsAreOneOfEachName() {
        var all = new Showcase("h", List.of(
                new Showcase.Entry("a cat", "cat", 1, 0.1), new Showcase.Entry("a duck", "duck", 2, 0.3), new Showcase.Entry("the cat", "cat", 3, 0.2),
                new Showcase.Entry("a boat", "boat", 4, -0.1)));
        assertThat(all.best(2).prompts()).extracting(Showcase.Entry::prompt).containsExactly("a duck", "the cat");
        assertThat(all.best(9).prompts()).extracting(Showcase.Entry::seed).containsExactly(2L, 3L, 4L);
    }

    @Test
    void aFileIsReadAsItWasWrittenAndADamagedOneIsNamed() throws IOException {
        Path file = dir.resolve(Showcase.FILE);
        assertThat(Showcase.of(dir, "h").prompts()).isEmpty();
        var one = new Showcase("h", List.of(new Showcase.Entry("a duck", "duck", 2, 0.3)));
        one.write(file);
        assertThat(Showcase.of(dir, "h")).isEqualTo(one);
        assertThat(Showcase.of(dir, "other weights").prompts()).isEmpty();
        Files.writeString(file, "{\"hash\": \"h\", \"prompts\": [{\"prompt\": \" \", \"name\": \"x\", \"seed\": 1, \"score\": 0}]}");
        assertThatThrownBy(() -> Showcase.of(dir, "h")).isInstanceOf(UserException.class).hasMessageContaining(file.toString());
    }
}
