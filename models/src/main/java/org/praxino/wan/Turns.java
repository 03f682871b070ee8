package org.praxino.wan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * The turns of frames at their places, made once for the places from 0 on and put together in the order that is asked for. A stream
 * that counts places among the frames it holds never leaves them.
 */
final class Turns implements AutoCloseable {
    /** Places that are remembered at most; others are made each time. */
    private static final int MOST = 128;

    private final int headDim;
    private final Device device;
    private int height;
    private int width;
    private int known; // places from 0 on
    private @Nullable Turn table; // owned

    Turns(int headDim, Device device) {
        this.headDim = headDim;
        this.device = device;
    }

    /** In the caller's scope, or a view that is valid until the next call. @param places of the frames, each of height × width tokens */
    Turn of(int[] places, int height, int width) {
        int end = Arrays.stream(places).max().orElse(0) + 1;
        if (end > MOST) {
            return Turn.of(places, height, width, headDim, device);
        }
        Turn all = table;
        if (all == null || end > known || height != this.height || width != this.width) {
            try (var scope = Scope.open("turns")) {
                all = Turn.of(java.util.stream.IntStream.range(0, end).toArray(), height, width, headDim, device).own();
            }
            close();
            table = all;
            known = end;
            this.height = height;
            this.width = width;
        }
        long tokens = (long) height * width;
        List<Tensor> runs = new ArrayList<>();
        for (int from = 0, until; from < places.length; from = until) {
            until = from + 1;
            while (until < places.length && places[until] == places[from] + until - from) {
                until++;
            }
            runs.add(all.part(places[from] * tokens, (until - from) * tokens));
        }
        return new Turn(runs.size() == 1 ? runs.getFirst() : Tensor.cat(runs, 0));
    }

    @Override
    public void close() {
        if (table != null) {
            table.close();
            table = null;
        }
    }
}
