package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
 * @param index of the clip in {@link RealClips#clips}
 */
public record EvalPrompt(String text, String name, int index) {

    /**
     * Draws {@code count} prompts: names without repetition until all have been used, then a clip of the name, then one of its
     * captions.
     */
    public static List<EvalPrompt> draw(RealClips real, int count, long seed) {
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
            List<Integer> clips = byName.get(name);
            int index = clips.get(random.nextInt(clips.size()));
            ClipStore.Clip clip = real.clips().get(index);
            List<String> captions = new ArrayList<>(clip.info().captions());
            captions.addAll(clip.info().moving());
            prompts.add(new EvalPrompt(captions.get(random.nextInt(captions.size())), name, index));
        }
        return prompts;
    }
}
