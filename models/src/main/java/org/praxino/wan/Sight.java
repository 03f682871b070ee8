package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.diffusion.AttentionPolicy;

/**
 * Which latent frames see which, as slices: a mask that lets a block see all before it is the same as one dense attention for each block
 * over the frames it sees, at a little over half of the cost (dossier of CausVid, section 6.10).
 *
 * @param from first frame that looks
 * @param count how many look
 * @param seen stretches of frames that they see
 */
record Sight(int from, int count, List<Stretch> seen) {
    /** Frames {@code from .. from+count-1}. */
    record Stretch(int from, int count) {}

    /** @param frames of the call; what a cache adds comes before them and is not in here */
    static List<Sight> of(AttentionPolicy policy, int frames) {
        return switch (policy) {
            case AttentionPolicy.Full f -> all(frames);
            case AttentionPolicy.Cached c -> all(frames);
            case AttentionPolicy.BlockCausal b -> blocks(0, frames, b.frames(), b.lead());
            case AttentionPolicy.TeacherForced t -> teacherForced(frames / 2, t.frames());
        };
    }

    private static List<Sight> all(int frames) {
        return List.of(new Sight(0, frames, List.of(new Stretch(0, frames))));
    }

    private static List<Sight> blocks(int start, int frames, int block, int lead) {
        var out = new ArrayList<Sight>();
        int count;
        for (int at = 0; at < frames; at += count) {
            count = Math.min(at == 0 && lead > 0 ? lead : block, frames - at);
            out.add(new Sight(start + at, count, List.of(new Stretch(start, at + count))));
        }
        return out;
    }

    private static List<Sight> teacherForced(int clip, int block) {
        var out = new ArrayList<>(blocks(0, clip, block, 0));
        for (int at = 0; at < clip; at += block) {
            int count = Math.min(block, clip - at);
            Stretch own = new Stretch(clip + at, count);
            out.add(new Sight(clip + at, count, at == 0 ? List.of(own) : List.of(new Stretch(0, at), own)));
        }
        return out;
    }
}
