package org.praxino.app;

import java.nio.file.Path;
import java.util.Map;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.TextFiles;
import org.praxino.tensor.ConfigException;
import org.praxino.train.FormerSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads run configurations: strict YAML into a record, with overrides from the command line. {@code @Nullable} components are optional; all
 * others are required.
 */
final class ConfigFile {
    private static final YAMLMapper YAML = Json.strict(YAMLMapper.builder()).build();

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param overrides values by dotted key ({@code optimisation.batch}); each key must be a setting, each value is YAML
     * @throws org.praxino.tensor.UserException one sentence naming the file, the key and what would be right
     */
    static <T> T read(Path file, Map<String, String> overrides, Class<T> type) {
        JsonNode tree = tree(TextFiles.read(file), file.toString());
        FormerSettings.rename(tree, file.toString());
        if (!overrides.isEmpty()) {
            JsonNode whole = withNulls(tree, type);
            overrides.forEach((key, value) -> replace(tree, whole, FormerSettings.currentKey(key), value, file));
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

    /** {@code tree} with absent settings as null; the tree itself where it cannot be read before values are replaced. */
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
