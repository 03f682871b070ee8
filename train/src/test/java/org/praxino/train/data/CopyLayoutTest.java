package org.praxino.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyLayoutTest {

    @ParameterizedTest
    @CsvSource({"a cat, cats", "an ox, oxen", "a smiling face, smiling faces", "a fox, foxes", "a mouse, mice", "a person, people",
            "a butterfly, butterflies", "a taco, tacos"})
    void shortNounPhrasesHaveAPlural(String one, String several) {
        assertThat(CopyLayout.plural(one)).contains(several);
    }

    @Test
    void otherPhrasesHaveNone() {
        for (String phrase : List.of("two hearts", "the flag of peru", "a man running", "a cat with tears of joy", "bread", "thumbs up", "a man artist")) {
            assertThat(CopyLayout.plural(phrase)).as(phrase).isEmpty();
        }
    }

    @Test
    void copiesDoNotOverlap() {
        for (CopyLayout layout : CopyLayout.values()) {
            List<Pose> poses = layout.poses();
            for (int i = 0; i < poses.size(); i++) {
                for (int j = 0; j < i; j++) {
                    double apart = Math.max(Math.abs(poses.get(i).x() - poses.get(j).x()), Math.abs(poses.get(i).y() - poses.get(j).y()));
                    assertThat(apart).as("%s %d %d", layout, i, j).isGreaterThan(poses.get(i).scale());
                }
            }
        }
    }
}
