package org.praxino.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.praxino.tensor.WeightSource;

/**
 * Maps weight names between programs by a table of prefixes. {@code #} matches a number, which is kept, as is the rest of the name. Names
 * without a matching prefix stay as they are.
 */
public final class WeightNameMap {
    /** @param foreign the beginning to look for @param own what takes its place */
    public record Line(String foreign, String own) {}

    private final List<Line> lines;
    private final List<Pattern> patterns = new ArrayList<>();

    private WeightNameMap(List<Line> lines) {
        this.lines = List.copyOf(lines);
        for (Line line : lines) {
            String[] parts = line.foreign.split("#", -1);
            var pattern = new StringBuilder(Pattern.quote(parts[0]));
            for (int i = 1; i < parts.length; i++) {
                pattern.append("(\\d+)").append(Pattern.quote(parts[i]));
            }
            patterns.add(Pattern.compile(pattern + "(.*)"));
        }
    }

    /** A table; of two lines that fit, the first one counts. */
    public static WeightNameMap of(List<Line> lines) {
        return new WeightNameMap(lines);
    }

    /** A table of pairs: foreign beginning, own beginning, and so on. */
    public static WeightNameMap of(String... pairs) {
        var lines = new ArrayList<Line>();
        for (int i = 0; i < pairs.length; i += 2) {
            lines.add(new Line(pairs[i], pairs[i + 1]));
        }
        return new WeightNameMap(lines);
    }

    /** The same table read the other way. */
    public WeightNameMap inverse() {
        return new WeightNameMap(lines.stream().map(l -> new Line(l.own, l.foreign)).toList());
    }

    public String apply(String foreign) {
        for (int i = 0; i < lines.size(); i++) {
            Matcher m = patterns.get(i).matcher(foreign);
            if (m.matches()) {
                var own = new StringBuilder();
                int number = 1;
                for (char c : lines.get(i).own.toCharArray()) {
                    own.append(c == '#' ? m.group(number++) : String.valueOf(c));
                }
                return own.append(m.group(m.groupCount())).toString();
            }
        }
        return foreign;
    }

    /** {@code foreign} under own names. */
    public WeightSource apply(WeightSource foreign) {
        Map<String, String> stored = new LinkedHashMap<>();
        foreign.names().forEach(n -> stored.put(apply(n), n));
        return new RenamedWeights(foreign, stored);
    }
}
