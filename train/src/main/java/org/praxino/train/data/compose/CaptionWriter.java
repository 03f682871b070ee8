package org.praxino.train.data.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.praxino.train.data.ClipInfo;

/** Writes captions of composed clips, with random wording. */
final class CaptionWriter {

    private static final List<String> LARGE = List.of("large", "big", "huge");
    private static final List<String> SMALL = List.of("small", "little");

    private final RandomGenerator random;

    CaptionWriter(RandomGenerator random) {
        this.random = random;
    }

    /** A caption of the clip itself: the plainest two most often, any other with chance {@code any}. */
    String whole(ClipInfo info, double any, boolean still) {
        if (random.nextDouble() >= any) {
            return info.captions().get(random.nextInt(Math.min(2, info.captions().size())));
        }
        List<String> all = new ArrayList<>(info.captions());
        if (!still) {
            all.addAll(info.moving());
        }
        return one(all);
    }

    /** Caption of one object with its composition. */
    String single(ClipInfo info, @Nullable Placement placement, @Nullable NamedColour colour, Motion motion, List<String> background,
            double any, boolean still) {
        String adjectives = adjectives(placement == null ? "" : placement.size, colour);
        String thing = adjectives.isEmpty() && random.nextDouble() < any ? whole(info, 1, still)
                : described(one(info.subjects()), adjectives);
        List<String> tail = new ArrayList<>();
        if (!motion.words().isEmpty()) {
            tail.add(one(motion.words()));
        }
        if (placement != null && !placement.words.isEmpty()) {
            tail.add(one(placement.words));
        }
        if (!background.isEmpty()) {
            tail.add(one(background));
        }
        return joined(thing, tail);
    }

    /** Caption of several of the same thing. @param plural "cats" */
    String copies(CopyLayout layout, String plural, @Nullable NamedColour colour, List<String> background) {
        String things = one(layout.words) + " " + (colour == null ? "" : colour.word + " ") + plural;
        return joined(things, background.isEmpty() ? List.of() : List.of(one(background)));
    }

    /** Caption of two objects, the first to the left of or above the second. */
    String pair(ClipInfo first, ClipInfo second, boolean sideBySide, List<String> background) {
        String a = first.subjects().getFirst();
        String b = second.subjects().getFirst();
        // "a face with tears of joy and a cat": a comma keeps the two apart when one holds an "and", a "with" or a comma of its own
        String and = (a + b).matches(".*( and | with |,).*") ? ", and " : " and ";
        List<String> ways = sideBySide
                ? List.of(a + " to the left of " + b, b + " to the right of " + a, a + " on the left" + and + b + " on the right",
                        a + and + b + " side by side", a + " next to " + b, b + " on the right" + and + a + " on the left")
                : List.of(a + " above " + b, b + " below " + a, a + " at the top" + and + b + " at the bottom",
                        b + " under " + a);
        return joined(one(ways), background.isEmpty() ? List.of() : List.of(one(background)));
    }

    // With or without commas; "with a blue background" and "blue background" always want one.
    private String joined(String thing, List<String> tail) {
        StringBuilder out = new StringBuilder(thing);
        boolean commas = random.nextInt(3) == 0 || thing.contains(",") || thing.matches(".*[a-z]ing\\b.*");
        for (String part : tail) {
            boolean bare = !part.matches("(on|in|at|against) .*|[a-z]+ing .*|[a-z]+ing|rising|sinking|shrinking|growing");
            out.append(commas || bare ? ", " : " ").append(part);
        }
        return out.toString();
    }

    private String adjectives(String size, @Nullable NamedColour colour) {
        String word = switch (size) {
            case "large" -> one(LARGE);
            case "small" -> one(SMALL);
            default -> size;
        };
        return (word + " " + (colour == null ? "" : colour.word)).strip();
    }

    private static String described(String subject, String adjectives) {
        if (adjectives.isEmpty()) {
            return subject;
        }
        if (subject.startsWith("a ") || subject.startsWith("an ")) {
            return ("aeiou".indexOf(adjectives.charAt(0)) >= 0 ? "an " : "a ") + adjectives + subject.substring(subject.indexOf(' '));
        }
        boolean leads = subject.startsWith("the ") || subject.startsWith("two ") || subject.startsWith("three ");
        int space = leads ? subject.indexOf(' ') + 1 : 0;
        return subject.substring(0, space) + adjectives + " " + subject.substring(space);
    }

    String one(List<String> ways) {
        return ways.get(random.nextInt(ways.size()));
    }
}
