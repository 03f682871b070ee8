package org.praxino.train.student;

import org.praxino.codec.VideoCodec;

/** A codec of tests without weights, which codes whole clips only. */
public interface WholeClipCodec extends VideoCodec {
    @Override
    default Streaming openDecoder() {
        throw new UnsupportedOperationException();
    }

    @Override
    default Streaming openEncoder() {
        throw new UnsupportedOperationException();
    }

    @Override
    default void close() {}
}
