package org.praxino.train.data.compose;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.atteo.evo.inflector.English;

/** Positions of several copies of one object, with their caption phrases. */
enum CopyLayout {
    TWO_SIDE_BY_SIDE(List.of("two", "two", "a pair of"), new double[][] {{0.26, 0.5}, {0.74, 0.5}}, 0.45),
    TWO_ABOVE_EACH_OTHER(List.of("two"), new double[][] {{0.5, 0.26}, {0.5, 0.74}}, 0.45),
    THREE_IN_A_ROW(List.of("three"), new double[][] {{0.18, 0.5}, {0.5, 0.5}, {0.82, 0.5}}, 0.3),
    THREE_IN_A_TRIANGLE(List.of("three"), new double[][] {{0.5, 0.27}, {0.26, 0.73}, {0.74, 0.73}}, 0.43),
    FOUR(List.of("four"), new double[][] {{0.26, 0.26}, {0.74, 0.26}, {0.26, 0.74}, {0.74, 0.74}}, 0.43);

    private static final Pattern SINGULAR = Pattern.compile("an? (?!man |woman )([a-z-]+(?: [a-z-]+)?)");

    /** Plurals that the inflector makes by a rule that does not hold for them. */
    private static final Map<String, String> IRREGULAR = Map.ofEntries(Map.entry("ox", "oxen"), Map.entry("person", "people"),
            Map.entry("merperson", "merpeople"), Map.entry("moose", "moose"), Map.entry("burrito", "burritos"), Map.entry("kimono", "kimonos"),
            Map.entry("avocado", "avocados"), Map.entry("taco", "tacos"), Map.entry("dodo", "dodos"), Map.entry("flamingo", "flamingos"),
            Map.entry("metro", "metros"), Map.entry("memo", "memos"), Map.entry("banjo", "banjos"), Map.entry("yo-yo", "yo-yos"));

    /** Ways to say the number. */
    final List<String> words;

    private final double[][] centres;
    private final double scale;

    CopyLayout(List<String> words, double[][] centres, double scale) {
        this.words = words;
        this.centres = centres;
        this.scale = scale;
    }

    int count() {
        return centres.length;
    }

    List<Pose> poses() {
        return java.util.Arrays.stream(centres).map(c -> new Pose(c[0], c[1], scale)).toList();
    }

    /** The plural of a short noun phrase: "cats" of "a cat"; empty for whatever else. */
    static Optional<String> plural(String subject) {
        Matcher singular = SINGULAR.matcher(subject.toLowerCase(Locale.ROOT));
        if (!singular.matches()) {
            return Optional.empty();
        }
        String words = singular.group(1);
        int last = words.lastIndexOf(' ') + 1;
        String noun = words.substring(last);
        return words.endsWith("ing") || noun.equals("down") || noun.equals("up") ? Optional.empty()
                : Optional.of(words.substring(0, last) + IRREGULAR.getOrDefault(noun, English.plural(noun)));
    }
}
