package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import tools.jackson.databind.JsonNode;

/** What the flight recorder hears of live sessions. */
@Timeout(300)
class LiveEventsTest {
    @TempDir
    Path folder;

    @Test
    void everyBlockIsAnEventOfItsSession() throws Exception {
        List<JsonNode> reported;
        String session;
        try (var recording = new Recording(); var s = TestServer.start(folder.resolve("data"), c -> c, new TestModel(true))) {
            recording.enable("praxino.block");
            recording.start();
            try (var c = TestClient.started(s, ""); var other = TestClient.started(s, "")) {
                session = c.seen.getFirst().json().get("session").stringValue();
                c.until(g -> g.is("block.done") && g.json().get("block").intValue() == 2);
                other.await("block.done");
                reported = c.seen.stream().filter(g -> g.is("block.done")).map(TestClient.Received::json).toList();
            }
            recording.stop();
            recording.dump(folder.resolve("live.jfr"));
        }
        List<RecordedEvent> all = RecordingFile.readAllEvents(folder.resolve("live.jfr")).stream()
                .filter(e -> e.getEventType().getName().equals("praxino.block")).toList(); // the machine tells of itself, too
        List<RecordedEvent> own = all.stream().filter(e -> e.getString("session").equals(session)).toList();
        assertThat(all).as("the other session's are there, too").hasSizeGreaterThan(own.size());
        assertThat(own).extracting(e -> e.getString("model")).containsOnly(new TestModel(true).info().name());
        assertThat(reported).hasSize(3);
        for (JsonNode block : reported) {
            RecordedEvent event = own.stream().filter(e -> e.getLong("block") == block.get("block").longValue()).findFirst().orElseThrow();
            assertThat(event.getInt("frames")).isEqualTo(block.get("frames").intValue());
            assertThat(event.getDuration("make").toNanos() / 1e6).isCloseTo(block.get("make_ms").doubleValue(), Offset.offset(0.01));
            assertThat(event.getDuration("decode").toNanos() / 1e6).isCloseTo(block.get("decode_ms").doubleValue(), Offset.offset(0.01));
        }
    }
}
