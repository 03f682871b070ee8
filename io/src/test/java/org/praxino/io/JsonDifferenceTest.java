package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonDifferenceTest {

    private static Optional<JsonDifference> first(String before, String now) {
        return JsonDifference.first(Json.parse(before, "before", JsonNode.class), Json.parse(now, "now", JsonNode.class));
    }

    @Test
    void namesTheSettingAndBothValues() {
        assertThat(first("{\"a\": {\"b\": [{\"c\": 1}, {\"c\": 2}]}}", "{\"a\": {\"b\": [{\"c\": 1}, {\"c\": 3}]}}"))
                .contains(new JsonDifference("a.b[1].c", "2", "3"));
        assertThat(first("{\"dtype\": \"auto\"}", "{\"dtype\": \"bf16\"}")).contains(new JsonDifference("dtype", "\"auto\"", "\"bf16\""));
        assertThat(first("{\"lengths\": [1, 2]}", "{\"lengths\": [1]}")).contains(new JsonDifference("lengths", "[1,2]", "[1]"));
    }

    @Test
    void anOptionalSettingThatIsNewChangesNothing() {
        assertThat(first("{\"a\": 1}", "{\"a\": 1, \"added\": null}")).isEmpty();
        assertThat(first("{\"a\": 1}", "{\"a\": 1, \"added\": 5}")).contains(new JsonDifference("added", "null", "5"));
    }

    @Test
    void numbersAreComparedByValue() {
        assertThat(first("{\"rate\": 1}", "{\"rate\": 1.0}")).isEmpty();
    }
}
