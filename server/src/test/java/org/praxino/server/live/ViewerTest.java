package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.praxino.media.Frame;

class ViewerTest {
    /** Whoever has gone is noticed only when something is sent. */
    @Test
    void aPausedSessionSendsEmptyBoxes() throws Exception {
        try (var queues = new ViewerQueues();
                var viewer = Viewer.open(queues.join(), 8)) {
            queues.offer(new Frame(32, 32, 3, new byte[32 * 32 * 3]));
            assertThat(new String(viewer.next(), StandardCharsets.ISO_8859_1)).contains("ftyp", "moof");
            long begun = System.nanoTime();
            assertThat(viewer.next()).containsExactly(0, 0, 0, 8, 'f', 'r', 'e', 'e');
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
            queues.offer(new Frame(32, 32, 3, new byte[32 * 32 * 3]));
            assertThat(new String(viewer.next(), StandardCharsets.ISO_8859_1)).contains("moof");
            queues.close();
            assertThat(viewer.next()).isNull();
        }
    }
}
