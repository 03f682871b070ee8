package org.praxino.io.torch;

import java.lang.foreign.MemorySegment;

/** A tensor's elements in row-major order. */
final class Strides {
    private Strides() {}

    /** The bytes themselves if they are contiguous, as nearly always; else a copy in order. */
    static MemorySegment inOrder(MemorySegment storage, PickleValue.StoredTensor t, int width) {
        long count = 1;
        boolean ordered = true;
        for (int i = t.shape().length - 1; i >= 0; i--) {
            ordered &= t.shape()[i] == 1 || t.stride()[i] == count;
            count *= t.shape()[i];
        }
        if (count == 0) {
            return MemorySegment.NULL;
        }
        if (ordered) {
            return storage.asSlice(t.offset() * width, count * width);
        }
        byte[] out = new byte[Math.toIntExact(count * width)];
        long[] index = new long[t.shape().length];
        for (int at = 0; at < out.length; at += width) {
            long from = t.offset();
            for (int i = 0; i < index.length; i++) {
                from += index[i] * t.stride()[i];
            }
            MemorySegment.copy(storage, java.lang.foreign.ValueLayout.JAVA_BYTE, from * width, out, at, width);
            advance(index, t.shape());
        }
        return MemorySegment.ofArray(out);
    }

    private static void advance(long[] index, long[] shape) {
        for (int i = index.length - 1; i >= 0; i--) {
            if (++index[i] < shape[i]) {
                return;
            }
            index[i] = 0;
        }
    }
}
