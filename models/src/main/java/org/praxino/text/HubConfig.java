package org.praxino.text;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.praxino.io.Json;
import org.praxino.tensor.ConfigException;
import tools.jackson.databind.JsonNode;

/**
 * A Hugging Face {@code config.json}. Unlike Praxino's own files these carry fields for many programs, so unknown ones are ignored; a
 * required field that is absent is an error that names it.
 *
 * @param where named in errors
 */
public record HubConfig(JsonNode json, String where) {

    public static HubConfig read(Path file) {
        return new HubConfig(Json.read(file, JsonNode.class), file.toString());
    }

    public int integer(String field) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new ConfigException(where + ": field \"" + field + "\" must be a whole number, but is " + shown(value));
        }
        return value.intValue();
    }

    public int integer(String field, int otherwise) {
        return json.path(field).isMissingNode() ? otherwise : integer(field);
    }

    public double decimal(String field, double otherwise) {
        JsonNode value = json.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new ConfigException(where + ": field \"" + field + "\" must be a number, but is " + shown(value));
        }
        return value.doubleValue();
    }

    public String text(String field, String otherwise) {
        JsonNode value = json.path(field);
        return value.isString() ? value.stringValue() : otherwise;
    }

    /** Refuses a file whose {@code field}, {@code otherwise} when absent, is none of {@code legal}. */
    public void requireOneOf(String field, String otherwise, String... legal) {
        String value = text(field, otherwise);
        if (!List.of(legal).contains(value)) {
            throw new ConfigException(
                    where + ": \"" + field + "\" is \"" + value + "\", but only " + String.join(", ", Arrays.asList(legal)) + " is supported here");
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "absent" : value.toString();
    }
}
