package org.praxino.train.data.emoji;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** English captions of an emoji, simplest first, in lower case. */
final class EmojiCaptions {

    private static final Set<String> DULL = Set.of("face", "person", "man", "woman", "men", "women", "symbol", "sign", "letters", "regional",
            "indicator", "object", "unicode", "emoji", "human", "adult", "gender", "neutral", "male", "female", "yolo", "bae", "bff",
            "fam", "lol", "omg", "lmao", "meh", "xoxo", "haha", "rofl", "yum", "nerd", "babe", "like", "you", "nation");
    private static final int MOST_TAGS = 3;

    private final EmojiVocabulary words;

    EmojiCaptions(EmojiVocabulary words) {
        this.words = words;
    }

    /** Noun phrases that fit into a longer sentence: "a cat", "a woman with dark skin running". */
    List<String> subjects(EmojiNames.Emoji emoji) {
        String subject = words.subject(emoji.name());
        String toned = EmojiNounPhrases.withSkinTone(subject, emoji.tones());
        return emoji.tones().isEmpty() ? List.of(subject) : List.of(toned, subject + EmojiNounPhrases.suffix(emoji.tones()));
    }

    /** Whole captions that are true of any frame. */
    List<String> captions(EmojiNames.Emoji emoji) {
        String name = nameAlone(emoji.name());
        String suffix = EmojiNounPhrases.suffix(emoji.tones());
        List<String> subjects = subjects(emoji);
        String subject = subjects.getFirst();
        LinkedHashSet<String> out = new LinkedHashSet<>();
        out.add(name + suffix);
        out.addAll(subjects);
        List<String> tags = tags(emoji, name);
        if (!tags.isEmpty()) {
            out.add(subject + ", " + String.join(", ", tags));
            out.add(name + suffix + ", " + tags.getFirst());
        }
        out.add("a 3d render of " + subject);
        out.add(subject + ", 3d emoji style");
        return List.copyOf(out);
    }

    /** Whole captions with motion. */
    List<String> moving(EmojiNames.Emoji emoji) {
        String name = nameAlone(emoji.name());
        String suffix = EmojiNounPhrases.suffix(emoji.tones());
        String subject = subjects(emoji).getFirst();
        LinkedHashSet<String> out = new LinkedHashSet<>();
        for (String motion : words.motions(emoji.name())) {
            out.add(subject + " " + motion);
            out.add(name + " " + motion + suffix);
        }
        out.add("an animation of " + subject);
        out.add("an animated " + name + suffix);
        out.add("a looping 3d animation of " + subject);
        return List.copyOf(out);
    }

    // "person: beard" is no phrase: use the noun phrase without its article.
    private String nameAlone(String name) {
        String text = EmojiNounPhrases.plain(name);
        return text.contains(": ") || text.contains("o'clock") || text.contains("-thirty")
                ? words.subject(name).replaceFirst("^(an?|the) ", "") : text;
    }

    // Words both sources agree on say what is in the picture; the rest is slang and association.
    private static List<String> tags(EmojiNames.Emoji emoji, String name) {
        List<String> out = new ArrayList<>();
        List<String> second = emoji.keywords().stream().map(k -> k.toLowerCase(Locale.ROOT)).toList();
        for (String keyword : second) {
            boolean agreed = emoji.tags().stream().anyMatch(t -> t.equalsIgnoreCase(keyword));
            boolean plainWord = keyword.matches("[a-z]{3,}( [a-z]{3,})?") && !DULL.contains(keyword);
            if (agreed && plainWord && !name.contains(keyword) && out.size() < MOST_TAGS) {
                out.add(keyword);
            }
        }
        return out;
    }
}
