package org.praxino.train.data.compose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipStore;

/** Draws clips in proportion to their weights, or names in turn. */
final class WeightedClipSampler {
    private static final String TONE = "tone";

    private final Weighted all;
    private final Weighted untoned;
    private final List<Weighted> names; // the clips of each name
    private final List<Weighted> untonedNames;

    WeightedClipSampler(List<ClipStore.Clip> clips) {
        this.all = new Weighted(clips);
        var byName = new LinkedHashMap<String, List<ClipStore.Clip>>();
        clips.forEach(c -> byName.computeIfAbsent(c.info().name(), name -> new ArrayList<>()).add(c));
        this.names = byName.values().stream().map(Weighted::new).toList();
        List<List<ClipStore.Clip>> plain = byName.values().stream().map(WeightedClipSampler::withoutTone).toList();
        this.untonedNames = plain.stream().map(Weighted::new).toList();
        this.untoned = new Weighted(plain.stream().flatMap(List::stream).toList());
    }

    /** The clips without a skin tone, or all where each has one. */
    private static List<ClipStore.Clip> withoutTone(List<ClipStore.Clip> ofName) {
        List<ClipStore.Clip> plain = ofName.stream().filter(c -> !c.info().attributes().containsKey(TONE)).toList();
        return plain.isEmpty() ? ofName : plain;
    }

    boolean isEmpty() {
        return all.clips.isEmpty();
    }

    /** @param anyTone false for clips without a skin tone wherever their name has such a clip */
    ClipStore.Clip draw(boolean anyTone, RandomGenerator random) {
        return (anyTone ? all : untoned).draw(random);
    }

    /** A clip of the name at {@code index}. */
    ClipStore.Clip turn(long index, boolean anyTone, RandomGenerator random) {
        if (isEmpty()) {
            throw none();
        }
        int name = Math.floorMod(index, names.size());
        return (anyTone ? names : untonedNames).get(name).draw(random);
    }

    private static UserException none() {
        return new UserException("The data set has no clip of the kind that training asks for.");
    }

    private static final class Weighted {
        private final List<ClipStore.Clip> clips;
        private final double[] upTo;

        Weighted(List<ClipStore.Clip> clips) {
            this.clips = List.copyOf(clips);
            this.upTo = new double[clips.size()];
            double sum = 0;
            for (int i = 0; i < upTo.length; i++) {
                sum += clips.get(i).info().weight();
                upTo[i] = sum;
            }
        }

        ClipStore.Clip draw(RandomGenerator random) {
            if (clips.isEmpty()) {
                throw none();
            }
            int at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
            return clips.get(Math.min(at < 0 ? -at - 1 : at + 1, clips.size() - 1));
        }
    }
}
