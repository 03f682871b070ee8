package org.praxino.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.praxino.media.OutputFormat;

/** Chooses output file names. */
final class OutputNames {
    private static final int LONGEST = 48;

    /** What is no letter, no digit, and no mark or joiner behind a letter. */
    private static final Pattern NO_LETTERS =
            Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\u200c\\u200d]+|(?<![\\p{L}\\p{M}])[\\p{M}\\u200c\\u200d]+");

    private OutputNames() {}

    /**
     * Names for clip {@code number} of {@code count}. Of several clips each gets its number: {@code cat.gif} becomes {@code cat-2.gif},
     * a folder {@code frames/} becomes {@code frames-2/}, {@code f_%04d.png} becomes {@code 2/f_%04d.png}.
     *
     * @param given as typed; empty for a name made of the prompt and the seed
     * @param number from 1
     */
    static List<String> of(List<String> given, String prompt, long seed, int number, int count) {
        if (given.isEmpty()) {
            return List.of(slug(prompt) + "-" + seed + ".mp4");
        }
        return count == 1 ? given : given.stream().map(g -> numbered(g, number)).toList();
    }

    private static String numbered(String name, int number) {
        if (name.endsWith("/") || name.endsWith("\\")) {
            return name.replaceAll("[/\\\\]+$", "") + "-" + number + "/";
        }
        Path path = Path.of(name);
        String last = path.getFileName().toString();
        if (OutputFormat.of(name) == OutputFormat.PNG_SEQUENCE) {
            if (Files.isDirectory(path)) { // a folder whose slash was left out
                return name + "-" + number + "/";
            }
            Path folder = Path.of(String.valueOf(number));
            return (path.getParent() == null ? folder : path.getParent().resolve(folder)).resolve(last).toString();
        }
        int dot = last.lastIndexOf('.');
        String with = last.substring(0, dot) + "-" + number + last.substring(dot);
        return path.resolveSibling(with).toString();
    }

    /** The prompt as a file name: letters and digits of any script with their marks, the rest dashes. */
    static String slug(String prompt) {
        String s = NO_LETTERS.matcher(prompt.toLowerCase(Locale.ROOT)).replaceAll("-").replaceAll("^-|-$", "");
        s = s.codePointCount(0, s.length()) <= LONGEST ? s : s.substring(0, s.offsetByCodePoints(0, LONGEST)).replaceAll("-[^-]*$", "");
        return s.isEmpty() ? "clip" : s;
    }
}
