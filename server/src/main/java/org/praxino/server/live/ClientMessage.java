package org.praxino.server.live;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A JSON message of a client, read field by field; {@link #rejectUnknown} rejects fields that were not read. */
final class ClientMessage {
    private static final int MAX_EVENT_ID = 64;
    private static final int MAX_SHOWN = 60;

    private final String prefix;
    private final ObjectNode node;
    private final List<String> known = new ArrayList<>();

    private ClientMessage(String prefix, ObjectNode node) {
        this.prefix = prefix;
        this.node = node;
    }

    /** @throws LiveError {@code invalid_json} or {@code invalid_message} */
    static ClientMessage parse(String text) {
        JsonNode tree;
        try {
            tree = Json.parse(text, "the message", JsonNode.class);
        } catch (UserException e) {
            throw LiveError.of("invalid_json", e.getMessage());
        }
        if (!(tree instanceof ObjectNode object) || !(object.get("type") instanceof JsonNode type) || !type.isString()) {
            throw LiveError.of("invalid_message", "a message is a JSON object with a text \"type\"");
        }
        var message = new ClientMessage("", object);
        message.known.add("type");
        message.known.add("event_id");
        return message;
    }

    String type() {
        return abbreviated(node.get("type").stringValue());
    }

    private static String abbreviated(String text) {
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }

    /** The event id, which responses repeat, or null. */
    @Nullable String eventId() {
        JsonNode event = node.get("event_id");
        if (event == null || event.isNull()) {
            return null;
        }
        if (!event.isString() || event.stringValue().length() > MAX_EVENT_ID) {
            throw invalidType("event_id", "text of at most " + MAX_EVENT_ID + " characters");
        }
        return event.stringValue();
    }

    @Nullable JsonNode get(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        JsonNode value = node.get(name);
        return value != null && !value.isNull();
    }

    @Nullable String text(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isString()) {
            throw invalidType(name, "text");
        }
        return value == null ? null : value.stringValue();
    }

    @Nullable Long integer(String name) {
        JsonNode value = get(name);
        if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw invalidType(name, "a whole number");
        }
        return value == null ? null : (Long) value.longValue();
    }

    /** An integer in a range. */
    @Nullable Integer integer(String name, int min, int max) {
        Long value = integer(name);
        if (value != null && (value < min || value > max)) {
            throw LiveError.at(prefix + name, "invalid_value", prefix + name + " must lie between " + min + " and " + max + ", not be " + value);
        }
        return value == null ? null : (Integer) value.intValue();
    }

    @Nullable Double number(String name) {
        JsonNode value = get(name);
        if (value != null && !(value.isNumber() && Double.isFinite(value.doubleValue()))) {
            throw invalidType(name, "a number");
        }
        return value == null ? null : (Double) value.doubleValue();
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isBoolean()) {
            throw invalidType(name, "true or false");
        }
        return value != null && value.booleanValue();
    }

    @Nullable List<String> texts(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray() || value.valueStream().anyMatch(v -> !v.isString())) {
            throw invalidType(name, "a list of texts");
        }
        return value.valueStream().map(JsonNode::stringValue).toList();
    }

    @Nullable ClientMessage object(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ObjectNode object)) {
            throw invalidType(name, "an object");
        }
        return new ClientMessage(prefix + name + ".", object);
    }

    <T> T require(String name, @Nullable T value) {
        if (value == null) {
            throw LiveError.at(prefix + name, "missing_field", "the field " + prefix + name + " is missing");
        }
        return value;
    }

    LiveError invalidType(String name, String what) {
        return LiveError.at(prefix + name, "invalid_type", prefix + name + " must be " + what);
    }

    LiveError invalid(String name, String message) {
        return LiveError.at(prefix + name, "invalid_value", message);
    }

    /** Rejects fields that were not read. */
    void rejectUnknown() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw LiveError.at(prefix + abbreviated(name), "unknown_field",
                        "the field " + prefix + abbreviated(name) + " is not known; known here: " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }
}
