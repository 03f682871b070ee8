package org.praxino.server.live;

import org.jspecify.annotations.Nullable;
import org.praxino.media.FragmentedMp4;

/** Somebody who looks on: endless fragmented MP4 of what is sent from now on. Used by one thread. */
public final class Lookout implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final Onlookers.Onlooker onlooker;
    private final double fps;
    private @Nullable FragmentedMp4 mp4; // made when the first frame tells the size

    private Lookout(Onlookers.Onlooker onlooker, double fps) {
        this.onlooker = onlooker;
        this.fps = fps;
    }

    static Lookout open(Onlookers.Onlooker onlooker, double fps) {
        return new Lookout(onlooker, fps);
    }

    /** Waits for the next piece of the file; null at the end. */
    public byte @Nullable [] next() throws InterruptedException {
        while (true) {
            Onlookers.Seen seen = onlooker.next(LOOK_MILLIS);
            if (seen == null) {
                if (onlooker.over()) {
                    return null;
                }
                continue;
            }
            if (mp4 != null) {
                return mp4.fragment(seen.frame(), seen.index()).bytes();
            }
            mp4 = FragmentedMp4.open(seen.frame().width(), seen.frame().height(), fps);
            byte[] beginning = mp4.beginning();
            byte[] first = mp4.fragment(seen.frame(), seen.index()).bytes();
            var both = java.util.Arrays.copyOf(beginning, beginning.length + first.length);
            System.arraycopy(first, 0, both, beginning.length, first.length);
            return both;
        }
    }

    @Override
    public void close() {
        onlooker.close();
        if (mp4 != null) {
            mp4.close();
        }
    }
}
