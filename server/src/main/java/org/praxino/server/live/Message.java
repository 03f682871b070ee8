package org.praxino.server.live;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One text message of a client, read field by field; {@link #end} refuses what nobody asked for. */
final class Message {
    private static final int LONGEST_EVENT = 64;
    private static final int LONGEST_SHOWN = 60;

    private final String prefix;
    private final ObjectNode node;
    private final List<String> known = new ArrayList<>();

    private Message(String prefix, ObjectNode node) {
        this.prefix = prefix;
        this.node = node;
    }

    /** @throws LiveError {@code invalid_json} or {@code invalid_message} */
    static Message parse(String text) {
        JsonNode tree;
        try {
            tree = Json.parse(text, "the message", JsonNode.class);
        } catch (UserException e) {
            throw LiveError.of("invalid_json", e.getMessage());
        }
        if (!(tree instanceof ObjectNode object) || !(object.get("type") instanceof JsonNode type) || !type.isString()) {
            throw LiveError.of("invalid_message", "a message is a JSON object with a text \"type\"");
        }
        var message = new Message("", object);
        message.known.add("type");
        message.known.add("event_id");
        return message;
    }

    String type() {
        return shown(node.get("type").stringValue());
    }

    private static String shown(String text) {
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    }

    /** What every answer repeats; null when there is none. */
    @Nullable String event() {
        JsonNode event = node.get("event_id");
        if (event == null || event.isNull()) {
            return null;
        }
        if (!event.isString() || event.stringValue().length() > LONGEST_EVENT) {
            throw wrong("event_id", "text of at most " + LONGEST_EVENT + " characters");
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
            throw wrong(name, "text");
        }
        return value == null ? null : value.stringValue();
    }

    @Nullable Long whole(String name) {
        JsonNode value = get(name);
        if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw wrong(name, "a whole number");
        }
        return value == null ? null : (Long) value.longValue();
    }

    /** A whole number between two others. */
    @Nullable Integer whole(String name, int least, int most) {
        Long value = whole(name);
        if (value != null && (value < least || value > most)) {
            throw LiveError.at(prefix + name, "invalid_value", prefix + name + " must lie between " + least + " and " + most + ", not be " + value);
        }
        return value == null ? null : (Integer) value.intValue();
    }

    @Nullable Double number(String name) {
        JsonNode value = get(name);
        if (value != null && !(value.isNumber() && Double.isFinite(value.doubleValue()))) {
            throw wrong(name, "a number");
        }
        return value == null ? null : (Double) value.doubleValue();
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value != null && value.booleanValue();
    }

    @Nullable List<String> texts(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray() || value.valueStream().anyMatch(v -> !v.isString())) {
            throw wrong(name, "a list of texts");
        }
        return value.valueStream().map(JsonNode::stringValue).toList();
    }

    @Nullable Message object(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ObjectNode object)) {
            throw wrong(name, "an object");
        }
        return new Message(prefix + name + ".", object);
    }

    <T> T need(String name, @Nullable T value) {
        if (value == null) {
            throw LiveError.at(prefix + name, "missing_field", "the field " + prefix + name + " is missing");
        }
        return value;
    }

    LiveError wrong(String name, String what) {
        return LiveError.at(prefix + name, "invalid_type", prefix + name + " must be " + what);
    }

    LiveError invalid(String name, String message) {
        return LiveError.at(prefix + name, "invalid_value", message);
    }

    /** Refuses fields that nobody asked for. */
    void end() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw LiveError.at(prefix + shown(name), "unknown_field",
                        "the field " + prefix + shown(name) + " is not known; known here: " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }
}
