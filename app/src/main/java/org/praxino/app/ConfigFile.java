package org.praxino.app;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.tensor.ConfigException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads run configurations: strict YAML into a record, with overrides from the command line. {@code @Nullable} components are optional; all
 * others are required.
 */
final class ConfigFile {
    /** Former names of settings, which are still read. */
    private static final Map<String, String> FORMER_NAMES = Map.of("house", "intervals");

    private static final YAMLMapper YAML = Json.strict(YAMLMapper.builder()).build();

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param overrides values by dotted key ({@code optimisation.batch}); each key must be a setting, each value is YAML
     * @throws org.praxino.tensor.UserException one sentence naming the file, the key and what would be right
     */
    static <T> T read(Path file, Map<String, String> overrides, Class<T> type) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " is not UTF-8 text");
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
        JsonNode tree = tree(text, file.toString());
        renameFormer(tree, file);
        if (!overrides.isEmpty()) {
            JsonNode whole = withNulls(tree, type);
            overrides.forEach((key, value) -> replace(tree, whole, currentKey(key), value, file));
        }
        try {
            return YAML.treeToValue(tree, type);
        } catch (JacksonException e) {
            throw Json.explain(e, file.toString());
        }
    }

    /** Writes a configuration that {@link #read} reads back. */
    static void write(Path file, Object configuration) {
        AtomicFiles.writeString(file, YAML.writeValueAsString(configuration));
    }

    /** Gives settings with a former name their current one. */
    private static void renameFormer(JsonNode tree, Path file) {
        FORMER_NAMES.forEach((former, current) -> {
            if (tree instanceof ObjectNode settings && settings.has(former)) {
                if (settings.has(current)) {
                    throw new ConfigException(file + " has both " + current + " and " + former + ", its former name: keep " + current);
                }
                settings.set(current, settings.remove(former));
            }
        });
    }

    private static String currentKey(String key) {
        int dot = key.indexOf('.');
        String first = dot < 0 ? key : key.substring(0, dot);
        return FORMER_NAMES.getOrDefault(first, first) + (dot < 0 ? "" : key.substring(dot));
    }

    private static JsonNode tree(String text, String where) {
        JsonNode tree;
        try {
            tree = YAML.readTree(text);
        } catch (JacksonException e) {
            throw Json.explain(e, where);
        }
        if (!tree.isObject()) {
            throw new ConfigException(where + " holds no settings: it must be a list of key: value");
        }
        return tree;
    }

    /** {@code tree} with what was left out as null; the tree itself where it cannot be read before values are replaced. */
    private static JsonNode withNulls(JsonNode tree, Class<?> type) {
        try {
            return YAML.valueToTree(YAML.treeToValue(tree, type));
        } catch (JacksonException e) {
            return tree;
        }
    }

    private static void replace(JsonNode tree, JsonNode whole, String key, String value, Path file) {
        String[] path = key.split("\\.", -1);
        JsonNode at = tree;
        JsonNode known = whole;
        for (int i = 0; i + 1 < path.length; i++) {
            at = at.path(path[i]);
            known = known.path(path[i]);
        }
        String last = path[path.length - 1];
        if (!(at instanceof ObjectNode parent) || !(parent.has(last) || known.has(last))) {
            String there = known instanceof ObjectNode o ? ": settings there are " + String.join(", ", o.propertyNames()) : "";
            throw new ConfigException("--set " + key + "=" + value + " names no setting of " + file + there);
        }
        try {
            parent.set(last, YAML.readTree(value));
        } catch (JacksonException e) {
            throw Json.explain(e, "--set " + key + "=" + value);
        }
    }
}
