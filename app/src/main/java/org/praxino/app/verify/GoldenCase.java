package org.praxino.app.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import org.praxino.io.Json;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.ConfigException;
import tools.jackson.databind.JsonNode;

/**
 * One case folder.
 *
 * @param folder where it lies
 * @param json its {@code case.json}, written by reference programs; unused fields are ignored
 */
record GoldenCase(Path folder, JsonNode json) {
    static GoldenCase read(Path folder) {
        return new GoldenCase(folder, Json.read(folder.resolve("case.json"), JsonNode.class));
    }

    String name() {
        return json.path("name").stringValue(folder.getFileName().toString());
    }

    String component() {
        return json.path("component").stringValue("");
    }

    JsonNode config() {
        return json.path("config");
    }

    /** The relative L2 error at which the case passes. */
    double tolerance() {
        JsonNode t = json.path("tolerance").path("relative_l2");
        if (!t.isNumber()) {
            throw new ConfigException(where() + ": tolerance.relative_l2 must be a number");
        }
        return t.doubleValue();
    }

    int integer(String field) {
        JsonNode v = config().path(field);
        if (!v.isIntegralNumber()) {
            throw new ConfigException(where() + ": config." + field + " must be a whole number");
        }
        return v.intValue();
    }

    double decimal(String field) {
        JsonNode v = config().path(field);
        if (!v.isNumber()) {
            throw new ConfigException(where() + ": config." + field + " must be a number");
        }
        return v.doubleValue();
    }

    /** Refuses a case that asks for another variant than the one computed here. */
    void require(String field, String value) {
        String asked = config().path(field).asString(value);
        if (!asked.equals(value)) {
            throw new ConfigException(where() + ": config." + field + " is \"" + asked + "\", but only \"" + value + "\" is computed here");
        }
    }

    SafetensorsFile inputs() {
        return SafetensorsFile.open(folder.resolve("inputs.safetensors"));
    }

    SafetensorsFile weights() {
        return SafetensorsFile.open(folder.resolve("weights.safetensors"));
    }

    /** Cases of some components call their outputs "expected". */
    SafetensorsFile outputs() {
        Path expected = folder.resolve("expected.safetensors");
        return SafetensorsFile.open(Files.exists(expected) ? expected : folder.resolve("outputs.safetensors"));
    }

    private String where() {
        return folder.resolve("case.json").toString();
    }
}
