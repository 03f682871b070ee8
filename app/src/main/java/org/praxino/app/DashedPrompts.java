package org.praxino.app;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prompts that begin with a dash, such as {@code "- a cat -"}: no option holds a blank before an equals sign. */
final class DashedPrompts {
    private static final String OPTION = "--prompt";

    private DashedPrompts() {}

    /** {@code args}, with a word that is no option but several words given as {@code --prompt}, where the command takes one. */
    static String[] asOptions(CommandLine root, String... args) {
        try {
            root.parseArgs(args);
        } catch (UnmatchedArgumentException e) {
            String word = e.getUnmatched().getFirst();
            if (e.getCommandLine().getCommandSpec().findOption(OPTION) != null && word.matches("-[^=]*\\s.*")) {
                return Arrays.stream(args).map(a -> a.equals(word) ? OPTION + "=" + a : a).toArray(String[]::new);
            }
        } catch (CommandLine.ParameterException e) {
            // reported when the command runs
        }
        return args;
    }
}
