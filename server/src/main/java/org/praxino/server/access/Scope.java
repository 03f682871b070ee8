package org.praxino.server.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.praxino.tensor.UserException;

/** What a key opens. */
public enum Scope {
    /** Make and change videos and pictures of one's own. */
    GENERATE,
    /** Live sessions. */
    LIVE,
    /** Look at what one's own key made. */
    READ,
    /** See everyone's jobs, and the server's numbers. */
    ADMIN;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Parses {@code generate,read}. */
    public static Set<Scope> parse(String text) {
        var scopes = EnumSet.noneOf(Scope.class);
        for (String word : text.split(",")) {
            scopes.add(Arrays.stream(values()).filter(s -> s.text().equals(word.strip())).findFirst().orElseThrow(() ->
                    new UserException("\"" + word.strip() + "\" is not a scope: choose among " + text(EnumSet.allOf(Scope.class)))));
        }
        return scopes;
    }

    public static String text(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::text).collect(Collectors.joining(","));
    }
}
