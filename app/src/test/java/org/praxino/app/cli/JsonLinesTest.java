package org.praxino.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.praxino.io.Json;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;

class JsonLinesTest {
    private static JsonNode line(String message, @org.jspecify.annotations.Nullable Throwable trouble, KeyValuePair... pairs) {
        Logger logger = new LoggerContext().getLogger("praxino.server");
        var event = new LoggingEvent("x", logger, Level.WARN, message, trouble, null);
        event.setKeyValuePairs(List.of(pairs));
        String text = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n");
        assertThat(text.lines()).hasSize(1);
        return Json.parse(text, "a line", JsonNode.class);
    }

    @Test
    void everyMessageIsOneObjectOnOneLine() {
        JsonNode line = line("two\nlines and a \"quote\"", null, new KeyValuePair("status", 200), new KeyValuePair("level", "no"));
        assertThat(line.get("message").stringValue()).isEqualTo("two\nlines and a \"quote\"");
        assertThat(line.get("level").stringValue()).as("what is the line's own stays").isEqualTo("warn");
        assertThat(line.get("logger").stringValue()).isEqualTo("praxino.server");
        assertThat(line.get("status").intValue()).isEqualTo(200);
        assertThat(line.get("time").stringValue()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(line.has("exception")).isFalse();
        assertThat(line("broken", new IllegalStateException("why")).get("exception").stringValue()).contains("IllegalStateException: why",
                "JsonLinesTest");
    }
}
