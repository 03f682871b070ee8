package org.praxino.examples;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoModel;

/** A live stream as a {@link Flow.Publisher}. After some frames the prompt changes, while the stream continues. */
final class LiveStream implements Flow.Subscriber<Frame> {
    private final StreamSession session;
    private final String next;
    private final int change;
    private final int end;
    private final CompletableFuture<Integer> done = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;
    private int frames;

    /**
     * @param next the second prompt
     * @param change the frame at which it is given
     * @param end the number of frames to take
     */
    private LiveStream(StreamSession session, String next, int change, int end) {
        this.session = session;
        this.next = next;
        this.change = change;
        this.end = end;
    }

    static void main(String[] args) {
        try (var model = VideoModel.open("emoji-128")) {
            int frames = play(model, "a smiling face", "a red heart", 36, 96);
            IO.println(frames + " frames");
        }
    }

    /** Plays a stream whose prompt changes, and returns how many frames arrived. */
    static int play(VideoModel model, String first, String next, int change, int end) {
        try (var stream = model.stream(first)) {
            var subscriber = new LiveStream(stream.session(), next, change, end);
            stream.subscribe(subscriber);
            return subscriber.done.join();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription granted) {
        subscription = granted;
        granted.request(1); // one at a time: the stream is never more than its own second ahead
    }

    @Override
    public void onNext(Frame frame) {
        frames++;
        if (frames == change) {
            session.prompt(next);
        }
        if (subscription == null) {
            return;
        }
        if (frames < end) {
            subscription.request(1);
        } else {
            subscription.cancel();
            done.complete(frames);
        }
    }

    @Override
    public void onError(Throwable reason) {
        done.completeExceptionally(reason);
    }

    @Override
    public void onComplete() {
        done.complete(frames);
    }
}
