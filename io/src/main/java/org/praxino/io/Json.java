package org.praxino.io;

import java.nio.file.Path;
import org.praxino.tensor.UserException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Converts records to JSON and back.
 *
 * <p>Reading is strict: unknown fields, missing fields, duplicate fields, null for a primitive, text where a number belongs, a
 * fraction where a whole number belongs, and anything after the end are errors. A component that is {@code @Nullable} may be left out or be
 * {@code null}. Errors are one sentence naming the file and the field.
 *
 * <p>Writing is canonical: components in the order of the record, maps sorted by key, two spaces, line feeds, one at the end.
 */
public final class Json {

    private static final JsonMapper MAPPER = strict(JsonMapper.builder()).build();
    private static final ObjectWriter PRETTY = MAPPER.writer().with(prettyPrinter());

    private Json() {}

    /** Sets these rules on any Jackson 3 builder (YAML configurations, the server's bodies), so that they hold everywhere. */
    public static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B strict(B builder) {
        return NullableComponentIntrospector.in(builder).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .withCoercionConfig(LogicalType.Textual, text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    }

    /** Reads a file into a record. */
    public static <T> T read(Path file, Class<T> type) {
        return parse(TextFiles.read(file), file.toString(), type);
    }

    /**
     * Reads text into a record.
     *
     * @param where what to call the text in an error: a file name, "the request"
     */
    public static <T> T parse(String text, String where, Class<T> type) {
        T value;
        try {
            value = MAPPER.readValue(text, type);
        } catch (JacksonException e) {
            throw explain(e, where);
        }
        if (value == null) {
            throw new UserException(where + ": expected " + JsonErrors.name(type) + " but found null.");
        }
        return value;
    }

    /** The tree of a value, for record components of unknown shape. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** Reads a tree into a record. */
    public static <T> T fromTree(JsonNode tree, String where, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JacksonException e) {
            throw explain(e, where);
        }
    }

    /** Canonical text, one line feed at the end. */
    public static String pretty(Object value) {
        return PRETTY.writeValueAsString(value) + "\n";
    }

    /** Canonical text on one line, no line feed: a line of JSON Lines. */
    public static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Writes a value canonically and atomically. */
    public static void write(Path file, Object value) {
        AtomicFiles.writeString(file, pretty(value));
    }

    /** One sentence for anything Jackson finds wrong, naming {@code where} and the field. */
    public static UserException explain(JacksonException e, String where) {
        return new UserException(JsonErrors.sentence(e, where), e);
    }

    private static DefaultPrettyPrinter prettyPrinter() {
        DefaultIndenter twoSpaces = new DefaultIndenter("  ", "\n");
        Separators colon = Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER);
        return new DefaultPrettyPrinter(colon).withObjectIndenter(twoSpaces).withArrayIndenter(twoSpaces);
    }
}
