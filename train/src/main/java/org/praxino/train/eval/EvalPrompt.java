package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
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
        var byName = new TreeMap<String, List<Integer>>();
        for (int i = 0; i < real.clips().size(); i++) {
            byName.computeIfAbsent(real.clips().get(i).info().name(), n -> new ArrayList<>()).add(i);
        }
        if (byName.isEmpty()) {
            throw new UserException(real.store().folder() + " has no moving clip in the split " + real.split() + " to take prompts from.");
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
            List<String> captions = new ArrayList<>(clip.info().captions());
            captions.addAll(clip.info().moving());
            String any = captions.get(random.nextInt(captions.size())); // drawn in any case: both wordings have the same clips
            String text = wording == Wording.PLAIN ? captions.getFirst() : any;
            prompts.add(new EvalPrompt(text, name, clip.info().base(), index));
        }
        return prompts;
    }
}
