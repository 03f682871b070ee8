package org.praxino.server.http;

import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.server.engine.DiskSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request body, JSON or form, read field by field; {@link #rejectUnknown} rejects fields that were not read. In forms, all values are
 * text, {@code video[id]} is the member {@code id} of {@code video}, and files are fields.
 */
final class RequestBody {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final JsonMapper MAPPER = Json.strict(JsonMapper.builder()).build();

    private final String prefix;
    private final ObjectNode node;
    private final Map<String, Upload> files;
    private final boolean form;
    private final Set<String> read = new LinkedHashSet<>();

    private RequestBody(String prefix, ObjectNode node, Map<String, Upload> files, boolean form) {
        this.prefix = prefix;
        this.node = node;
        this.files = files;
        this.form = form;
    }

    static RequestBody of(Context ctx) {
        String charset = ctx.req().getCharacterEncoding();
        if (charset != null && !charset.toLowerCase(Locale.ROOT).matches("utf-?8|us-ascii|iso-8859-1")) {
            throw ApiError.mediaType("send the body in UTF-8, not in " + charset);
        }
        try {
            return read(ctx, "iso-8859-1".equalsIgnoreCase(charset) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        } catch (ApiError e) {
            throw e;
        } catch (Exception e) { // what the HTTP server says of broken chunks, parts and escapes, also checked ones that Kotlin does not declare
            if (BodyLimits.isTooLarge(e) || DiskSpace.isExhausted(e)) {
                throw e;
            }
            LOG.debug("a body that cannot be read", e);
            throw ApiError.invalid("invalid_body", "the body is not what its headers say, or it breaks off", null);
        }
    }

    private static RequestBody read(Context ctx, Charset charset) {
        if (ctx.isJson()) {
            return json(decoded(ctx.bodyAsBytes(), charset));
        }
        if (ctx.isMultipartFormData() || ctx.isFormUrlencoded()) {
            var files = new HashMap<String, Upload>();
            if (ctx.isMultipartFormData()) {
                ctx.uploadedFileMap().forEach((name, list) -> files.put(name, single(name, list)));
            }
            return form(ctx.formParamMap(), files);
        }
        throw ApiError.mediaType("send the body as application/json or multipart/form-data");
    }

    /** Bytes that are no text in that charset are refused: replaced by others, they would change the prompt. */
    private static String decoded(byte[] body, Charset charset) {
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text; // the mark of some editors and shells
        } catch (CharacterCodingException e) {
            throw ApiError.invalid("invalid_body", "the body is not text in " + charset + ": send it in UTF-8", null);
        }
    }

    private static Upload single(String name, List<UploadedFile> list) {
        if (list.size() != 1) {
            throw ApiError.invalid("invalid_value", name + " was given " + list.size() + " times: give it once", name);
        }
        return Upload.read(list.getFirst().content());
    }

    static RequestBody json(String text) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return new RequestBody("", object, Map.of(), false);
            }
        } catch (JacksonException e) {
            throw ApiError.invalid("invalid_json", Json.explain(e, "the body").getMessage(), null);
        }
        throw ApiError.invalid("invalid_json", "the body must be a JSON object", null);
    }

    static RequestBody form(Map<String, List<String>> values, Map<String, Upload> files) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        values.forEach((name, list) -> {
            if (files.containsKey(name)) {
                return;
            }
            if (list.isEmpty()) {
                throw ApiError.invalid("invalid_body", name + " cannot be read: is a % in it without two hexadecimal digits?", name);
            }
            if (list.size() != 1) {
                throw ApiError.invalid("invalid_value", name + " was given " + list.size() + " times: give it once", name);
            }
            if (list.getFirst().indexOf('\ufffd') >= 0) { // what the HTTP server makes of other bytes
                throw ApiError.invalid("invalid_value", name + " holds bytes that are no UTF-8", name);
            }
            int bracket = name.indexOf('[');
            if (bracket > 0 && name.endsWith("]")) {
                String outer = name.substring(0, bracket);
                if (values.containsKey(outer) || files.containsKey(outer)) {
                    throw ApiError.invalid("invalid_value", outer + " and " + name + " say the same: give one of them", outer);
                }
                ObjectNode object = node.get(outer) instanceof ObjectNode o ? o : node.putObject(outer);
                object.put(name.substring(bracket + 1, name.length() - 1), list.getFirst());
            } else {
                node.put(name, list.getFirst());
            }
        });
        return new RequestBody("", node, files, true);
    }

    private @Nullable JsonNode get(String name) {
        read.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        JsonNode value = node.get(name);
        return value != null && !value.isNull() || files.containsKey(name);
    }

    @Nullable String text(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw invalidType(name, "text");
        }
        if (value.stringValue().indexOf('\0') >= 0) {
            throw ApiError.invalid("invalid_value", prefix + name + " may not hold the character U+0000", prefix + name);
        }
        if (value.stringValue().codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw ApiError.invalid("invalid_value", prefix + name + " holds half a character (an unpaired surrogate)", prefix + name);
        }
        return value.stringValue();
    }

    /** The text, if there is one and not something else. */
    @Nullable String textIfText(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isString() ? text(name) : null;
    }

    /** An object, in forms also as JSON text; empty text is none. */
    @Nullable RequestBody objectOrText(String name) {
        String text = form ? textIfText(name) : null;
        if (text == null) {
            return object(name);
        }
        if (text.isBlank()) {
            return null;
        }
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return new RequestBody(prefix + name + ".", object, Map.of(), false);
            }
        } catch (JacksonException e) {
            throw ApiError.invalid("invalid_json", Json.explain(e, prefix + name).getMessage(), prefix + name);
        }
        throw invalidType(name, "a JSON object");
    }

    String requiredText(String name) {
        String text = text(name);
        if (text == null || text.isBlank()) {
            throw ApiError.invalid("missing_field", "the field " + prefix + name + " is missing", prefix + name);
        }
        return text;
    }

    @Nullable Long integer(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (form && value.isString() && value.stringValue().strip().matches("-?\\d{1,18}")) {
            return Long.parseLong(value.stringValue().strip());
        }
        throw invalidType(name, "a whole number");
    }

    @Nullable Boolean flag(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (form && value.isString() && value.stringValue().matches("true|false")) {
            return value.stringValue().equals("true");
        }
        throw invalidType(name, "true or false");
    }

    /** An integer in a range. */
    @Nullable Integer integer(String name, int min, int max) {
        Long value = integer(name);
        if (value != null && (value < min || value > max)) {
            throw ApiError.invalid("invalid_value", prefix + name + " must lie between " + min + " and " + max + ", not be " + value, prefix + name);
        }
        return value == null ? null : value.intValue();
    }

    @Nullable Double number(String name) {
        return number(name, form);
    }

    /** A number that may also be given as text, such as {@code seconds}. */
    @Nullable Double numberOrText(String name) {
        return number(name, true);
    }

    private @Nullable Double number(String name, boolean text) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value.isNumber() && Double.isFinite(value.doubleValue())) {
            return value.doubleValue();
        }
        if (text && value.isString() && value.stringValue().strip().matches("-?\\d{1,9}(\\.\\d{1,9})?")) {
            return Double.parseDouble(value.stringValue().strip());
        }
        throw invalidType(name, "a number");
    }

    @Nullable RequestBody object(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode object) {
            return new RequestBody(prefix + name + ".", object, Map.of(), form);
        }
        throw invalidType(name, files.isEmpty() && !form ? "an object" : "a file or an object");
    }

    /** An object as JSON text. */
    @Nullable String document(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode object) {
            return object.toString();
        }
        if (form && value.isString()) {
            return value.stringValue();
        }
        throw invalidType(name, "an object");
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

    @Nullable Upload file(String name) {
        read.add(name);
        return files.get(name);
    }

    /** Rejects a field of the API that is not supported here. */
    void rejectUnsupported(String name, String reason) {
        if (has(name)) {
            throw ApiError.invalid("not_supported", prefix + name + ": " + reason, prefix + name);
        }
        read.add(name);
    }

    void rejectUnknown() {
        var all = new LinkedHashSet<>(node.propertyNames());
        all.addAll(files.keySet());
        all.removeAll(read);
        if (!all.isEmpty()) {
            String name = prefix + all.getFirst();
            throw ApiError.invalid("unknown_field", "the field " + name + " is not known; known here: "
                    + String.join(", ", read.stream().sorted().toList()), name);
        }
    }

    /** A digest that is equal for equal requests. */
    String digest() {
        var sorted = new TreeMap<String, String>();
        files.forEach((name, file) -> sorted.put(name, file.digest()));
        return Sha256.ofText(Json.line(MAPPER.treeToValue(node, Map.class)) + sorted);
    }

    private ApiError invalidType(String name, String what) {
        return ApiError.invalid("invalid_type", prefix + name + " must be " + what, prefix + name);
    }
}
