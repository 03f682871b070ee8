package org.praxino.examples;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.media.Jpeg;
import org.praxino.stream.VideoModel;

/**
 * Sends a live stream to everybody who connects to a socket: for each frame the length of a JPEG as four bytes, then the JPEG. The next
 * frame is asked for when one is sent, so that a slow connection slows only its own stream.
 */
final class SocketStream implements Flow.Subscriber<Frame> {
    private static final int QUALITY = 85;

    private final DataOutputStream out;
    private final CountDownLatch done = new CountDownLatch(1);
    private Flow.@Nullable Subscription subscription;

    private SocketStream(DataOutputStream out) {
        this.out = out;
    }

    static void main(String[] args) throws IOException {
        try (var model = VideoModel.open("emoji-128");
                var socket = new ServerSocket(8091)) {
            IO.println("port " + socket.getLocalPort());
            serve(model, socket, "a smiling face");
        }
    }

    /** Serves until {@code socket} is closed. */
    static void serve(VideoModel model, ServerSocket socket, String prompt) throws IOException {
        while (!socket.isClosed()) {
            Socket client = socket.accept();
            Thread.startVirtualThread(() -> send(model, client, prompt));
        }
    }

    private static void send(VideoModel model, Socket client, String prompt) {
        try (client;
                var out = new DataOutputStream(client.getOutputStream());
                var stream = model.stream(prompt)) {
            var subscriber = new SocketStream(out);
            stream.subscribe(subscriber);
            subscriber.done.await();
        } catch (IOException e) {
            // the client disconnected while the stream was opened
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription granted) {
        subscription = granted;
        granted.request(1);
    }

    @Override
    public void onNext(Frame frame) {
        if (subscription == null) {
            return;
        }
        try {
            byte[] jpeg = Jpeg.encode(frame, QUALITY, null);
            out.writeInt(jpeg.length);
            out.write(jpeg);
            out.flush();
            subscription.request(1);
        } catch (IOException e) { // the client has disconnected
            subscription.cancel();
            done.countDown();
        }
    }

    @Override
    public void onError(Throwable reason) {
        done.countDown();
    }

    @Override
    public void onComplete() {
        done.countDown();
    }
}
