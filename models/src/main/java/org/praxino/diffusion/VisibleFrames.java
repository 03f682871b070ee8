package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Tensor;

/**
 * Which latent frames see which under a policy, as slices of queries and keys. One dense attention for each slice is the same as one
 * masked attention over all frames, at a little over half of the cost where the policy is block-causal.
 *
 * @param from first frame whose queries these are
 * @param count number of such frames
 * @param seen ranges of frames whose keys they see
 */
public record VisibleFrames(int from, int count, List<Range> seen) {
    /** Frames {@code from .. from+count-1}. */
    public record Range(int from, int count) {}

    /** @param frames of the call; what a cache adds comes before them and is not in here */
    public static List<VisibleFrames> of(AttentionPolicy policy, int frames) {
        return switch (policy) {
            case AttentionPolicy.Full f -> all(frames);
            case AttentionPolicy.Cached c -> all(frames);
            case AttentionPolicy.BlockCausal b -> blocks(frames, b.frames(), b.lead());
            case AttentionPolicy.TeacherForced t -> teacherForced(frames / 2, t.frames());
        };
    }

    /** The same as a mask, 0 where a token's frame sees another's and −1e30 where it does not: [1, 1, L, L]; null where all see all. */
    public static @Nullable Tensor mask(AttentionPolicy policy, int frames, int tokens) {
        if (policy instanceof AttentionPolicy.Full || policy instanceof AttentionPolicy.Cached) {
            return null;
        }
        int l = frames * tokens;
        float[] mask = new float[l * l];
        java.util.Arrays.fill(mask, -1e30f);
        for (VisibleFrames slice : of(policy, frames)) {
            for (Range range : slice.seen) {
                for (int i = slice.from * tokens; i < (slice.from + slice.count) * tokens; i++) {
                    java.util.Arrays.fill(mask, i * l + range.from * tokens, i * l + (range.from + range.count) * tokens, 0);
                }
            }
        }
        return Tensor.of(mask, 1, 1, l, l);
    }

    private static List<VisibleFrames> all(int frames) {
        return List.of(new VisibleFrames(0, frames, List.of(new Range(0, frames))));
    }

    private static List<VisibleFrames> blocks(int frames, int block, int lead) {
        var out = new ArrayList<VisibleFrames>();
        int count;
        for (int at = 0; at < frames; at += count) {
            count = Math.min(at == 0 && lead > 0 ? lead : block, frames - at);
            out.add(new VisibleFrames(at, count, List.of(new Range(0, at + count))));
        }
        return out;
    }

    private static List<VisibleFrames> teacherForced(int clip, int block) {
        var out = new ArrayList<>(blocks(clip, block, 0));
        for (int at = 0; at < clip; at += block) {
            int count = Math.min(block, clip - at);
            Range own = new Range(clip + at, count);
            out.add(new VisibleFrames(clip + at, count, at == 0 ? List.of(own) : List.of(new Range(0, at), own)));
        }
        return out;
    }
}
