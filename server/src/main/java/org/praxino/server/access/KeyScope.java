package org.praxino.server.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.praxino.tensor.UserException;

/** The permissions of an API key. */
public enum KeyScope {
    /** Create and manage your own videos and images. */
    GENERATE,
    /** Live sessions. */
    LIVE,
    /** Read your own videos. */
    READ,
    /** See all jobs and the metrics. */
    ADMIN;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Parses {@code generate,read}. */
    public static Set<KeyScope> parse(String text) {
        var scopes = EnumSet.noneOf(KeyScope.class);
        for (String word : text.split(",")) {
            scopes.add(Arrays.stream(values()).filter(s -> s.text().equals(word.strip())).findFirst().orElseThrow(() ->
                    new UserException("\"" + word.strip() + "\" is not a scope: choose among " + text(EnumSet.allOf(KeyScope.class)))));
        }
        return scopes;
    }

    public static String text(Set<KeyScope> scopes) {
        return scopes.stream().sorted().map(KeyScope::text).collect(Collectors.joining(","));
    }
}
