package org.praxino.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.praxino.tensor.UserException;

/** Names of the classes of a class-conditional model, by number. */
public record ClassNames(List<String> names) {
    private static final int SHOWN = 5;

    public ClassNames {
        names = List.copyOf(names);
    }

    /**
     * The number of a class that is given by its name, by one of the names between commas ("tench" of "tench, Tinca tinca"), or by its number from 0.
     * Capitals do not matter; a name comes before a number.
     *
     * @throws UserException when no class, or more than one, is meant
     */
    public int number(String given) {
        String wanted = plain(given);
        List<Integer> found = matching(name -> plain(name).equals(wanted));
        if (found.isEmpty()) {
            found = matching(name -> Arrays.stream(name.split(",")).anyMatch(part -> plain(part).equals(wanted)));
        }
        if (found.size() > 1) {
            throw new UserException("\"" + given + "\" names several classes: give one of the numbers " + found.stream().map(String::valueOf)
                    .collect(Collectors.joining(", ")));
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (wanted.matches("\\d{1,9}") && Integer.parseInt(wanted) < names.size()) {
            return Integer.parseInt(wanted);
        }
        throw new UserException("\"" + given + "\" is none of the " + names.size() + " classes of this model: give a number from 0 to " + (names.size() - 1)
                + ", or a name" + similar(wanted));
    }

    private List<Integer> matching(Predicate<String> fits) {
        return IntStream.range(0, names.size()).filter(i -> fits.test(names.get(i))).boxed().toList();
    }

    private String similar(String wanted) {
        var near = new ArrayList<>(names.stream().filter(n -> plain(n).contains(wanted) || wanted.contains(plain(n))).limit(SHOWN).toList());
        names.stream().filter(n -> !near.contains(n)).limit((long) SHOWN - near.size()).forEach(near::add);
        return " such as " + near.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", "));
    }

    private static String plain(String name) {
        return name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }
}
