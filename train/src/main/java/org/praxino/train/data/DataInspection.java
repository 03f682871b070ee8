package org.praxino.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.praxino.tensor.Progress;

/** What a prepared data set holds, and what in it may be wrong: cuts within clips, pictures that are there twice. */
public final class DataInspection {
    private static final int GRID = 8;
    private static final int MOST_FRAMES = 512; // of a clip that are looked at for cuts

    /** Largest number of differing bits of 64 at which two pictures count as near duplicates. */
    private static final int NEAR = 3;

    /** A cut changes a picture by this much, in steps of 255, and by so many times what the clip's frames usually change. */
    private static final double CUT_STEP = 25;

    private static final double CUT_TIMES = 6;

    private DataInspection() {}

    /** A cut. @param frame that is the first of another scene */
    public record Cut(String file, int frame) {}

    /**
     * What is in a set.
     *
     * @param clips clips with more than one frame
     * @param stills clips of one frame
     * @param heldOut of both
     * @param width pixels
     * @param height pixels
     * @param fps frames a second
     * @param seconds shortest, median and longest clip that moves; empty without one
     * @param captions distinct captions
     * @param longestCaption characters of the longest
     * @param classes clips and stills by class, or empty
     * @param cuts frames at which a clip shows another scene
     * @param standing clips whose frames are all the same
     * @param duplicates files that show nearly the same picture, in groups
     */
    public record Report(int clips, int stills, int heldOut, int width, int height, double fps, List<Double> seconds, int captions, int longestCaption,
            TreeMap<String, Integer> classes, List<Cut> cuts, List<String> standing, List<List<String>> duplicates) {}

    /** Reads every clip once. */
    public static Report of(ClipStore store, Progress progress) {
        var info = store.info();
        var cuts = new ArrayList<Cut>();
        var standing = new ArrayList<String>();
        var files = new ArrayList<String>();
        long[] hashes = new long[store.clips().size()];
        var classes = new TreeMap<String, Integer>();
        for (ClipStore.Clip clip : store.clips()) {
            if (!info.classes().isEmpty()) {
                classes.merge(clip.info().name(), 1, Integer::sum);
            }
            hashes[files.size()] = hash(grey(store, clip, clip.frames() / 2, GRID + 1));
            files.add(clip.info().file());
            if (!clip.still()) {
                look(store, clip, cuts, standing);
            }
            progress.update(files.size(), store.clips().size(), "clips");
        }
        double[] lengths = store.clips().stream().filter(c -> !c.still()).mapToDouble(c -> c.frames() / info.fps()).sorted().toArray();
        List<Double> seconds = lengths.length == 0 ? List.of() : List.of(lengths[0], lengths[lengths.length / 2], lengths[lengths.length - 1]);
        var captions = store.clips().stream().flatMap(c -> c.info().captions().stream()).distinct().toList();
        return new Report(
                (int) store.clips().stream().filter(c -> !c.still()).count(), (int) store.clips().stream().filter(ClipStore.Clip::still).count(),
                (int) store.clips().stream().filter(ClipStore.Clip::heldOut).count(), info.width(), info.height(), info.fps(), seconds, captions.size(),
                captions.stream().mapToInt(String::length).max().orElse(0), classes, cuts, standing, duplicates(files, hashes));
    }

    private static void look(ClipStore store, ClipStore.Clip clip, List<Cut> cuts, List<String> standing) {
        int frames = Math.min(clip.frames(), MOST_FRAMES);
        double[] steps = new double[frames - 1];
        double[] before = grey(store, clip, 0, GRID);
        for (int t = 1; t < frames; t++) {
            double[] now = grey(store, clip, t, GRID);
            for (int i = 0; i < now.length; i++) {
                steps[t - 1] += Math.abs(now[i] - before[i]) / now.length;
            }
            before = now;
        }
        double[] sorted = steps.clone();
        Arrays.sort(sorted);
        if (sorted[sorted.length - 1] == 0) {
            standing.add(clip.info().file());
        }
        double usual = sorted[sorted.length / 2];
        for (int t = 0; t < steps.length; t++) {
            if (steps[t] > CUT_STEP && steps[t] > CUT_TIMES * usual) {
                cuts.add(new Cut(clip.info().file(), t + 1));
            }
        }
    }

    /** Mean brightness of a grid of {@code columns} by 8 fields, transparent parts on white. */
    private static double[] grey(ClipStore store, ClipStore.Clip clip, int frame, int columns) {
        byte[] rgba = store.readRgba(clip, frame, 1);
        int width = store.info().width();
        int height = store.info().height();
        double[] sums = new double[columns * GRID];
        int[] counts = new int[sums.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int p = (y * width + x) * 4;
                double alpha = (rgba[p + 3] & 255) / 255.0;
                double light = 0.299 * (rgba[p] & 255) + 0.587 * (rgba[p + 1] & 255) + 0.114 * (rgba[p + 2] & 255);
                int field = y * GRID / height * columns + x * columns / width;
                sums[field] += light * alpha + 255 * (1 - alpha);
                counts[field]++;
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= Math.max(1, counts[i]);
        }
        return sums;
    }

    /** The difference hash: a bit for each field that is brighter than its right neighbour. */
    private static long hash(double[] grey) {
        long hash = 0;
        for (int y = 0; y < GRID; y++) {
            for (int x = 0; x < GRID; x++) {
                int at = y * (GRID + 1) + x;
                hash = hash << 1 | (grey[at] > grey[at + 1] + 0.5 ? 1 : 0);
            }
        }
        return hash;
    }

    private static List<List<String>> duplicates(List<String> files, long[] hashes) {
        boolean[] grouped = new boolean[hashes.length];
        var groups = new ArrayList<List<String>>();
        for (int i = 0; i < hashes.length; i++) {
            if (grouped[i] || Long.bitCount(hashes[i]) == 0) { // a plain picture has no gradient to tell it by
                continue;
            }
            var group = new ArrayList<>(List.of(files.get(i)));
            for (int j = i + 1; j < hashes.length; j++) {
                if (!grouped[j] && Long.bitCount(hashes[i] ^ hashes[j]) <= NEAR) {
                    grouped[j] = true;
                    group.add(files.get(j));
                }
            }
            if (group.size() > 1) {
                groups.add(group);
            }
        }
        return groups;
    }
}
