package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipStore;

/**
 * An evaluation prompt and the real clip that it describes.
 *
 * @param text one of the clip's captions
 * @param name what the clip shows, without skin tone: what a generated clip is expected to look like
 * @param base the name with gender folded away
 * @param index of the clip in {@link RealClips#clips}
 */
public record EvalPrompt(String text, String name, String base, int index) {

    /** Which of a clip's captions are drawn. */
    public enum Wording {
        /** All of them. */
        ANY,
        /** The plain name. */
        PLAIN
    }

    /**
     * Draws {@code count} prompts: names without repetition until all have been used, then a clip of the name, then one of its
     * captions.
     */
    public static List<EvalPrompt> draw(RealClips real, int count, long seed, Wording wording) {
        return draw(real, count, seed, wording, caption -> true);
    }

    /** The same from captions that {@code readable} takes; clips without one are left out. */
    public static List<EvalPrompt> draw(RealClips real, int count, long seed, Wording wording, Predicate<String> readable) {
        var byName = new TreeMap<String, List<Integer>>();
        for (int i = 0; i < real.clips().size(); i++) {
            if (captions(real.clips().get(i), readable).isEmpty()) {
                continue;
            }
            byName.computeIfAbsent(real.clips().get(i).info().name(), n -> new ArrayList<>()).add(i);
        }
        if (byName.isEmpty()) {
            throw new UserException(real.store().folder() + " has no moving clip in the split " + real.split() + " to take prompts from"
                    + (real.clips().isEmpty() ? "." : ": their captions are too long."));
        }
        RandomStream random = RandomStream.of(seed, "evaluation prompts");
        List<EvalPrompt> prompts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        while (prompts.size() < count) {
            if (names.isEmpty()) {
                names.addAll(byName.keySet());
                Collections.shuffle(names, new Random(random.nextLong()));
            }
            String name = names.removeLast();
            List<Integer> clips = Objects.requireNonNull(byName.get(name));
            int index = clips.get(random.nextInt(clips.size()));
            ClipStore.Clip clip = real.clips().get(index);
            List<String> captions = captions(clip, readable);
            String any = captions.get(random.nextInt(captions.size())); // drawn in any case: both wordings have the same clips
            String text = wording == Wording.PLAIN ? captions.getFirst() : any;
            prompts.add(new EvalPrompt(text, name, clip.info().base(), index));
        }
        return prompts;
    }

    /** All of a clip that are readable. */
    public static List<String> captions(ClipStore.Clip clip, Predicate<String> readable) {
        return Stream.concat(clip.info().captions().stream(), clip.info().moving().stream()).filter(readable).toList();
    }
}
