package org.praxino.app;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Formats command line errors. */
final class CommandLineErrors {
    private static final Pattern CHOICES = Pattern.compile("expected one of \\[([^]]*)] \\(case-insensitive\\)");

    private CommandLineErrors() {}

    /** Without a full stop at the end. */
    static String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException u && !u.getUnmatched().isEmpty()) {
            return unmatched(u);
        }
        String m = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        m = m.replaceAll("is not an? (int|long)$", "is not a whole number").replaceAll("is not a double$", "is not a number")
                .replaceAll("^[Vv]alue for option option ('\\S+' \\(\\S+\\)) should be in (\\S+) format but was (.*)$",
                        "invalid value for option $1: '$3' is not $2");
        var choices = CHOICES.matcher(m);
        if (choices.find()) {
            m = choices.replaceFirst("use " + either(choices.group(1).toLowerCase(Locale.ROOT)) + ";").replace("; but was", "; it was");
        }
        m = m.endsWith(".") ? m.substring(0, m.length() - 1) : m;
        return m.substring(0, 1).toLowerCase(Locale.ROOT) + m.substring(1);
    }

    /** The names that people type; constants of the code, with underscores, are left out. */
    private static String either(String list) {
        List<String> names = Stream.of(list.split(", ")).filter(name -> !name.contains("_")).toList();
        return String.join(", ", names).replaceFirst(", ([^,]+)$", " or $1");
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String word = e.getUnmatched().getFirst();
        CommandLine command = e.getCommandLine();
        List<String> near = e.getSuggestions().stream().limit(2).toList();
        String hint = near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
        if (word.startsWith("-")) {
            return "there is no option " + word + hint;
        }
        if (!command.getSubcommands().isEmpty()) {
            return "there is no command '" + word + "'" + hint;
        }
        return "'" + word + "' is one word too many" + (command.getCommandName().equals("generate") ? ": put the prompt in quotes" : "");
    }
}
