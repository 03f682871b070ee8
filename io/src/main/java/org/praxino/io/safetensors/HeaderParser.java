package org.praxino.io.safetensors;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The header's JSON, tensor by tensor: names, types, shapes and offsets each checked by itself. */
final class HeaderParser {

    record Parsed(Map<String, String> metadata, List<TensorEntry> tensors) {}

    private static final String METADATA = "__metadata__";

    private final JsonParser json;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<TensorEntry> tensors = new ArrayList<>();

    private HeaderParser(JsonParser json) {
        this.json = json;
    }

    static Parsed parse(String text) {
        if (!text.startsWith("{")) {
            throw new MalformedHeaderException("its header does not begin with '{': this is not a safetensors file");
        }
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            HeaderParser parser = new HeaderParser(json);
            parser.header();
            return new Parsed(parser.metadata, parser.tensors);
        } catch (JacksonException e) {
            throw new MalformedHeaderException("its header is not valid JSON (" + e.getOriginalMessage().lines().findFirst().orElse("") + ")");
        }
    }

    private void header() {
        json.nextToken();
        Set<String> names = new HashSet<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (!names.add(name)) {
                throw new MalformedHeaderException("its header has \"" + name + "\" twice");
            }
            json.nextToken();
            if (name.equals(METADATA)) {
                metadata();
            } else {
                tensors.add(tensor(name));
            }
        }
        if (json.nextToken() != null) {
            throw new MalformedHeaderException("its header continues after the closing '}'");
        }
    }

    private void metadata() {
        if (json.currentToken() == JsonToken.VALUE_NULL) { // some programs write it for none
            return;
        }
        expect(json.currentToken() == JsonToken.START_OBJECT, METADATA, "must be an object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            expect(json.nextToken() == JsonToken.VALUE_STRING, METADATA, "\"" + key + "\" must be text");
            expect(metadata.put(key, json.getString()) == null, METADATA, "has \"" + key + "\" twice");
        }
    }

    private TensorEntry tensor(String name) {
        expect(json.currentToken() == JsonToken.START_OBJECT, name, "must be an object");
        @Nullable String dtype = null;
        long @Nullable [] shape = null;
        long @Nullable [] offsets = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(dtype == null, name, "has \"dtype\" twice");
                    expect(json.currentToken() == JsonToken.VALUE_STRING, name, "\"dtype\" must be text");
                    dtype = json.getString();
                }
                case "shape" -> {
                    expect(shape == null, name, "has \"shape\" twice");
                    shape = numbers(name, "shape");
                }
                case "data_offsets" -> {
                    expect(offsets == null, name, "has \"data_offsets\" twice");
                    offsets = numbers(name, "data_offsets");
                }
                default -> throw new MalformedHeaderException(sentence(name, "has an unknown field \"" + field + "\""));
            }
        }
        return entry(name, present(dtype, name, "dtype"), present(shape, name, "shape"), present(offsets, name, "data_offsets"));
    }

    private long[] numbers(String name, String field) {
        expect(json.currentToken() == JsonToken.START_ARRAY, name, "\"" + field + "\" must be a list of whole numbers");
        List<Long> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "\"" + field + "\" must be a list of whole numbers");
            expect(json.getNumberType() != JsonParser.NumberType.BIG_INTEGER, name, "\"" + field + "\" has a number above 2^63");
            long value = json.getLongValue();
            expect(value >= 0, name, "\"" + field + "\" has the negative number " + value);
            values.add(value);
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static TensorEntry entry(String name, String dtype, long[] shape, long[] offsets) {
        @Nullable StoredType type = StoredType.named(dtype);
        if (type == null) {
            throw new MalformedHeaderException(
                    sentence(name, "has the unknown dtype \"" + dtype + "\"; known are " + StoredType.allNames()));
        }
        expect(offsets.length == 2, name, "\"data_offsets\" must be two numbers");
        expect(offsets[0] <= offsets[1], name, "begins at byte " + offsets[0] + " but ends before that, at " + offsets[1]);
        long bytes = type.bytes();
        try {
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException e) {
            throw new MalformedHeaderException(sentence(name, "has a shape " + List.of(box(shape)) + " of more than 2^63 bytes"));
        }
        expect(
                bytes == offsets[1] - offsets[0],
                name,
                "needs " + bytes + " bytes for shape " + List.of(box(shape)) + " in " + type + " but has " + (offsets[1] - offsets[0]));
        return new TensorEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private static Long[] box(long[] values) {
        return java.util.Arrays.stream(values).boxed().toArray(Long[]::new);
    }

    private static <T> T present(@Nullable T value, String name, String field) {
        if (value == null) {
            throw new MalformedHeaderException(sentence(name, "has no \"" + field + "\""));
        }
        return value;
    }

    private static void expect(boolean condition, String name, String otherwise) {
        if (!condition) {
            throw new MalformedHeaderException(sentence(name, otherwise));
        }
    }

    private static String sentence(String name, String what) {
        return name.equals(METADATA) ? "its " + METADATA + " " + what : "tensor \"" + name + "\" " + what;
    }
}
