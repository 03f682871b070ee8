package org.praxino.io;

import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A place where two JSON values differ. A property that is missing equals one that is null, so that a new optional setting changes nothing.
 *
 * @param path dotted, list places in brackets: {@code phases[1].clips.frames}
 * @param before the first value as JSON
 * @param now the second value as JSON
 */
public record JsonDifference(String path, String before, String now) {

    /** The first difference in the order of names; empty if there is none. */
    public static Optional<JsonDifference> first(JsonNode before, JsonNode now) {
        return first("", before, now);
    }

    private static Optional<JsonDifference> first(String path, JsonNode before, JsonNode now) {
        if (before.isObject() && now.isObject()) {
            var names = new TreeSet<>(before.propertyNames());
            names.addAll(now.propertyNames());
            return names.stream().map(name -> first(path.isEmpty() ? name : path + "." + name, before.path(name), now.path(name)))
                    .flatMap(Optional::stream).findFirst();
        }
        if (before.isArray() && now.isArray() && before.size() == now.size()) {
            for (int i = 0; i < before.size(); i++) {
                Optional<JsonDifference> inside = first(path + "[" + i + "]", before.path(i), now.path(i));
                if (inside.isPresent()) {
                    return inside;
                }
            }
            return Optional.empty();
        }
        boolean same = missing(before) && missing(now)
                || before.isNumber() && now.isNumber() && before.asDouble() == now.asDouble()
                || before.equals(now);
        return same ? Optional.empty() : Optional.of(new JsonDifference(path, text(before), text(now)));
    }

    private static boolean missing(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() ? "null" : node.toString();
    }
}
