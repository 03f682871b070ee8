package org.praxino.train.data.emoji;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.praxino.train.data.ClipEntry;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.HeldOutSplit;
import org.praxino.train.data.PreparationReport;

/** Builds the manifest of the emoji data set: names, split, weights and captions. */
final class EmojiManifest {

    /** Share of base names that are held out. */
    static final double HELD_OUT_SHARE = 0.05;

    private static final List<String> GROUPS = List.of("smileys", "people", "component", "animals and nature", "food and drink",
            "travel and places", "activities", "objects", "symbols", "flags");

    private EmojiManifest() {}

    static List<ClipInfo> of(List<ClipEntry> entries, EmojiNames names, List<PreparationReport.Skipped> skipped) {
        Map<ClipEntry, EmojiNames.Emoji> known = new LinkedHashMap<>();
        for (ClipEntry entry : entries) {
            EmojiNames.Emoji emoji = names.find(entry.file().replace(".webp", ""));
            if (emoji == null) {
                skipped.add(new PreparationReport.Skipped(entry.file(), "no name is known for these code points"));
            } else {
                known.put(entry, emoji);
            }
        }
        Map<String, String> strata = new HashMap<>();
        Map<String, Integer> variants = new HashMap<>();
        known.forEach((entry, emoji) -> {
            strata.merge(emoji.base(), stratum(emoji, entry.frames() > 1), (a, b) -> a.endsWith("moving") ? a : b);
            variants.merge(variantKey(entry, emoji), 1, Integer::sum);
        });
        EmojiCaptions captions = new EmojiCaptions(EmojiVocabulary.load());
        Set<String> heldOut = HeldOutSplit.choose(strata, HELD_OUT_SHARE);
        List<ClipInfo> rows = new ArrayList<>();
        known.forEach((entry, emoji) -> rows.add(new ClipInfo(entry.file(), emoji.name(), emoji.base(), emoji.label(),
                attributes(emoji), heldOut.contains(emoji.base()) ? ClipInfo.Split.HELD_OUT : ClipInfo.Split.TRAIN,
                1.0 / variants.getOrDefault(variantKey(entry, emoji), 1), captions.subjects(emoji), captions.captions(emoji),
                entry.frames() > 1 ? captions.moving(emoji) : List.of())));
        return rows;
    }

    private static String stratum(EmojiNames.Emoji emoji, boolean moving) {
        return group(emoji) + (moving ? ", moving" : ", still");
    }

    private static String variantKey(ClipEntry entry, EmojiNames.Emoji emoji) {
        return emoji.name() + (entry.frames() > 1 ? ", moving" : ", still");
    }

    private static String group(EmojiNames.Emoji emoji) {
        return emoji.group() < 0 ? "none" : GROUPS.get(emoji.group());
    }

    private static Map<String, String> attributes(EmojiNames.Emoji emoji) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("group", group(emoji));
        if (!emoji.gender().isEmpty()) {
            out.put("gender", emoji.gender());
        }
        if (!emoji.tones().isEmpty()) {
            out.put("tone", String.join(", ", emoji.tones().stream().map(t -> EmojiNounPhrases.TONES.get(t)).toList()));
        }
        return out;
    }
}
