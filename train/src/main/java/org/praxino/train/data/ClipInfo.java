package org.praxino.train.data;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Content of a clip: a line of {@code manifest.jsonl}.
 *
 * @param file the file of the {@link ClipEntry} it describes
 * @param name what it is, without skin tone: "woman running"
 * @param base {@code name} with gender folded away: "person running"; splits are made on it
 * @param label the full published name, or the first caption
 * @param attributes such as group, tone, gender
 * @param split train or held-out
 * @param weight how often to draw it: the weights of one {@code name} sum to 1
 * @param subjects noun phrases for longer sentences ("a cat"), at least one
 * @param captions wordings of what is seen, the plainest first, at least one; true of any single frame
 * @param moving wordings that also name its motion, for more than one frame; empty for stills
 */
public record ClipInfo(String file, String name, String base, String label, Map<String, String> attributes, Split split,
        double weight, List<String> subjects, List<String> captions,
        List<String> moving) {

    public ClipInfo {
        if (subjects.isEmpty() || captions.isEmpty()) {
            throw new IllegalArgumentException("clip " + file + " has no caption");
        }
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes)); // sorted: files must not change from run to run
        subjects = List.copyOf(subjects);
        captions = List.copyOf(captions);
        moving = List.copyOf(moving);
    }

    /** Whether training may see it. */
    public enum Split { TRAIN, HELD_OUT }
}
