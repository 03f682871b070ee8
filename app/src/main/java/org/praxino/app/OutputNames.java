package org.praxino.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.praxino.app.cli.OverwriteOption;
import org.praxino.media.OutputFormat;
import org.praxino.tensor.UserException;

/**
 * Output file names as typed, to be completed for each clip.
 *
 * @param given as typed; empty for a name made of the prompt and the seed
 * @param ending of such a name, for example {@code .mp4}
 * @param force whether files that exist are replaced
 */
record OutputNames(List<String> given, String ending, boolean force) {
    /** Standard output. */
    static final String PIPE = "-";

    private static final int LONGEST = 48;

    /** What is no letter, no digit, and no mark or joiner behind a letter. */
    private static final Pattern NO_LETTERS =
            Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\u200c\\u200d]+|(?<![\\p{L}\\p{M}])[\\p{M}\\u200c\\u200d]+");

    /** Refuses names without a format, names given twice, and {@code -} beside others. */
    OutputNames {
        given = List.copyOf(given);
        given.stream().filter(name -> !name.equals(PIPE) && !isFolder(name)).forEach(OutputFormat::of);
        for (int i = 0; i < given.size(); i++) {
            if (given.indexOf(given.get(i)) < i) {
                throw new UserException("-o " + given.get(i) + " is given twice: give every file a name of its own");
            }
        }
        if (given.contains(PIPE) && given.size() > 1) {
            throw new UserException("-o - writes to standard output: it goes with no other -o");
        }
    }

    boolean isPiped() {
        return given.contains(PIPE);
    }

    /**
     * Names for clip {@code number} of {@code count}. Of several clips each gets its number: {@code cat.gif} becomes {@code cat-2.gif},
     * a new folder {@code frames/} becomes {@code frames-2/}, {@code f_%04d.png} becomes {@code 2/f_%04d.png}. In a folder that exists the
     * file is named after the prompt and the seed; such a name is numbered until it is free.
     *
     * @param number from 1
     * @throws UserException when a file exists and is not to be replaced
     */
    List<String> of(String prompt, long seed, int number, int count) {
        String own = slug(prompt) + "-" + seed;
        if (given.isEmpty()) {
            return List.of(free(Path.of(""), own));
        }
        return given.stream().map(name -> isFolder(name) ? free(Path.of(name), own) : checked(count == 1 ? name : numbered(name, number))).toList();
    }

    private static boolean isFolder(String name) {
        return !name.equals(PIPE) && !name.isBlank() && Files.isDirectory(Path.of(name));
    }

    private String free(Path folder, String own) {
        Path file = folder.resolve(own + ending);
        for (int i = 2; !force && Files.exists(file); i++) {
            file = folder.resolve(own + "-" + i + ending);
        }
        return file.toString();
    }

    private String checked(String name) {
        if (!name.equals(PIPE) && OutputFormat.of(name) != OutputFormat.PNG_SEQUENCE) { // a sequence never replaces frames
            OverwriteOption.check(Path.of(name), force);
        }
        return name;
    }

    private static String numbered(String name, int number) {
        if (name.endsWith("/") || name.endsWith("\\")) {
            return name.replaceAll("[/\\\\]+$", "") + "-" + number + "/";
        }
        Path path = Path.of(name);
        String last = path.getFileName().toString();
        if (OutputFormat.of(name) == OutputFormat.PNG_SEQUENCE) {
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
