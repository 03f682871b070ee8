package org.praxino.stream.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/** Reads the fields of one JSON object; {@link #rejectUnknown} rejects all others. A field may be absent or null. */
final class JsonObjectReader {
    private final JsonNode node;
    private final String fieldName;
    private final List<String> known = new ArrayList<>();

    /** @param where the object's name in errors */
    JsonObjectReader(JsonNode node, String where) {
        if (!node.isObject()) {
            throw new UserException(where + " must be an object but is " + kind(node));
        }
        this.node = node;
        this.fieldName = where;
    }

    String fieldName(String field) {
        return fieldName + ": \"" + field + "\"";
    }

    @Nullable JsonNode get(String field) {
        known.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    @Nullable Double number(String field) {
        JsonNode value = get(field);
        if (value != null && !value.isNumber()) {
            throw new UserException(fieldName(field) + " must be a number but is " + kind(value));
        }
        return value == null ? null : (Double) value.doubleValue();
    }

    @Nullable Long integer(String field) {
        JsonNode value = get(field);
        if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw new UserException(fieldName(field) + " must be a whole number but is " + kind(value));
        }
        return value == null ? null : (Long) value.longValue();
    }

    @Nullable String text(String field) {
        JsonNode value = get(field);
        if (value != null && !value.isString()) {
            throw new UserException(fieldName(field) + " must be text but is " + kind(value));
        }
        return value == null ? null : value.stringValue();
    }

    <T> T required(String field, Function<String, @Nullable T> reader) {
        T value = reader.apply(field);
        if (value == null) {
            throw new UserException(fieldName(field) + " is missing");
        }
        return value;
    }

    void rejectUnknown() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new UserException(fieldName(name) + " is not known; known here: " + String.join(", ", new TreeSet<>(known)));
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
