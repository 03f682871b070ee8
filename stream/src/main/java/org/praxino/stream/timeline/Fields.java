package org.praxino.stream.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/** The fields of one JSON object, read one by one; {@link #end} refuses those that nobody asked for. A field may be absent or null. */
final class Fields {
    private final JsonNode node;
    private final String where;
    private final List<String> known = new ArrayList<>();

    /** @param where what to call the object in an error */
    Fields(JsonNode node, String where) {
        if (!node.isObject()) {
            throw new UserException(where + " must be an object but is " + kind(node));
        }
        this.node = node;
        this.where = where;
    }

    String where(String field) {
        return where + ": \"" + field + "\"";
    }

    @Nullable JsonNode get(String field) {
        known.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    @Nullable Double number(String field) {
        JsonNode value = get(field);
        if (value != null && !value.isNumber()) {
            throw new UserException(where(field) + " must be a number but is " + kind(value));
        }
        return value == null ? null : (Double) value.doubleValue();
    }

    @Nullable Long whole(String field) {
        JsonNode value = get(field);
        if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw new UserException(where(field) + " must be a whole number but is " + kind(value));
        }
        return value == null ? null : (Long) value.longValue();
    }

    @Nullable String text(String field) {
        JsonNode value = get(field);
        if (value != null && !value.isString()) {
            throw new UserException(where(field) + " must be text but is " + kind(value));
        }
        return value == null ? null : value.stringValue();
    }

    <T> T required(String field, Function<String, @Nullable T> reader) {
        T value = reader.apply(field);
        if (value == null) {
            throw new UserException(where(field) + " is missing");
        }
        return value;
    }

    void end() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new UserException(where(name) + " is not known; known here: " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    static String kind(JsonNode value) {
        if (value.isString()) {
            return "the text \"" + value.stringValue() + "\"";
        }
        return value.isObject() ? "an object" : value.isArray() ? "a list" : value.toString();
    }
}
