package org.praxino.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.praxino.tensor.UserException;

/** Samples clips in proportion to their weights. */
final class WeightedClipSampler {

    private final List<ClipStore.Clip> clips;
    private final double[] upTo;

    WeightedClipSampler(List<ClipStore.Clip> clips) {
        this.clips = List.copyOf(clips);
        this.upTo = new double[clips.size()];
        double sum = 0;
        for (int i = 0; i < upTo.length; i++) {
            sum += clips.get(i).info().weight();
            upTo[i] = sum;
        }
    }

    boolean isEmpty() {
        return clips.isEmpty();
    }

    ClipStore.Clip draw(RandomGenerator random) {
        if (clips.isEmpty()) {
            throw new UserException("The data set has no clip of the kind that training asks for.");
        }
        int at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return clips.get(Math.min(at < 0 ? -at - 1 : at + 1, clips.size() - 1));
    }
}
