package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.praxino.media.Frame;
import org.praxino.server.metrics.Metrics;

class ClientChannelTest {
    private static final RecordingBuffer.SentFrame FRAME = new RecordingBuffer.SentFrame(1, 0, 0, true, new Frame(32, 32, 3, new byte[32 * 32 * 3]));

    /** The first message finds that the client has disconnected, which disconnects it on the same thread, with its encoder. */
    @Test
    void aClientThatGoesWhileItIsSentToBreaksNothing() {
        var properties = new SessionProperties("live_1", "token", "owner", "tiny", 1, 8, 32, false, 0);
        var channel = new ClientChannel(properties, new Metrics(), 0, 0);
        var dropped = new AtomicInteger();
        var gone = new MessageSender() {
            @Override
            public void text(String text, Runnable sent, Runnable broken) {
                broken.run();
            }

            @Override
            public void binary(ByteBuffer bytes, Runnable sent, Runnable broken) {
                broken.run();
            }

            @Override
            public void close(int code, String reason) {}

            @Override
            public void drop() {
                dropped.incrementAndGet();
                channel.close();
            }
        };
        channel.open(new ClientChannel.Output(new SendQueue(gone, () -> {}), FrameEncoder.open(StreamFormat.JPEG, 32, 32, 8, 80)), 0);
        channel.send(FRAME);
        assertThat(dropped).hasValue(1);
        assertThat(channel.connected()).isFalse();
        channel.send(FRAME); // nobody is there
        assertThat(channel.frames()).isEqualTo(2);
        assertThat(channel.next()).as("what comes next to one that comes back").isEqualTo(1);
    }
}
