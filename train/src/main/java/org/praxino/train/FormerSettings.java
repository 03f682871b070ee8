package org.praxino.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.tensor.ConfigException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Former names of settings, which configuration files, {@code --set} and run folders may still use. */
public final class FormerSettings {
    /** Path of current names, with the former last name, to the current last name. Paths begin at the file or at its {@code training}. */
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("house", "intervals");
        NAMES.put("phases.given", "framePrediction");
        NAMES.put("perceptual.places", "packageFolders");
        NAMES.put("equivariance.share", "probability");
        NAMES.put("paths", "trajectories");
        NAMES.put("past", "context");
        NAMES.put("clean", "cleanProbability");
        NAMES.put("beyond", "longRollout");
        NAMES.put("longRollout.share", "probability");
        NAMES.put("longRollout.frames", "contextFrames");
    }

    private static final String TRAINING = "training";

    private FormerSettings() {}

    /**
     * Renames settings in place.
     *
     * @param where what the tree was read from, for errors
     * @throws ConfigException when a setting stands under both names
     */
    public static void rename(JsonNode tree, String where) {
        rename(tree, "", where);
        rename(tree.path(TRAINING), "", where);
    }

    private static void rename(JsonNode at, String path, String where) {
        if (at.isArray()) {
            at.forEach(element -> rename(element, path, where));
        }
        if (!(at instanceof ObjectNode settings)) {
            return;
        }
        for (String former : settings.propertyNames().toArray(String[]::new)) {
            String current = NAMES.get(path + former);
            if (current != null && settings.has(current)) {
                throw new ConfigException(where + " has both " + current + " and " + former + ", its former name: keep " + current);
            }
            String name = current == null ? former : current;
            if (current != null) {
                settings.set(current, settings.remove(former));
            }
            if (!path.isEmpty() || !name.equals(TRAINING)) {
                rename(settings.get(name), path + name + ".", where);
            }
        }
    }

    /** The current name of a dotted key. */
    public static String currentKey(String key) {
        String[] names = key.split("\\.", -1);
        int first = names[0].equals(TRAINING) ? 1 : 0;
        String path = "";
        for (int i = first; i < names.length; i++) {
            names[i] = NAMES.getOrDefault(path + names[i], names[i]);
            path += names[i] + ".";
        }
        return String.join(".", names);
    }
}
