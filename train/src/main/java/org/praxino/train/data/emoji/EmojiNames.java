package org.praxino.train.data.emoji;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import tools.jackson.databind.JsonNode;

/**
 * Names of emoji: labels, tags, skin tones and groups from emojibase ({@code en/data.json}), keywords from emojilib.
 *
 * <p>Looked up by code points written as {@code 1f3c3-1f3fb-200d-2642}: lower case, at least four digits, joined by {@code -}, without the
 * variation selector {@code fe0f}.
 */
final class EmojiNames {

    /**
     * One emoji.
     *
     * @param code its normalised code points
     * @param label published name, "man running: light skin tone"
     * @param name published name of the emoji it is a skin variant of, "man running"
     * @param base the name with gender folded away, "person running"
     * @param group number of the emojibase group, -1 for none
     * @param tones skin tones 1 (light) to 5 (dark) in order of persons, empty for the yellow default
     * @param gender "man", "woman" or empty
     * @param tags emojibase tags
     * @param keywords emojilib keywords
     */
    record Emoji(String code, String label, String name, String base, int group, List<Integer> tones, String gender,
            List<String> tags, List<String> keywords) {}

    private static final Map<String, String> FOLDED_BY_HAND = Map.ofEntries(
            Map.entry("woman dancing", "person dancing"), Map.entry("man dancing", "person dancing"),
            Map.entry("boy", "child"), Map.entry("girl", "child"),
            Map.entry("old man", "older person"), Map.entry("old woman", "older person"),
            Map.entry("prince", "person with crown"), Map.entry("princess", "person with crown"),
            Map.entry("pregnant man", "pregnant person"), Map.entry("pregnant woman", "pregnant person"),
            Map.entry("Santa Claus", "Mx Claus"), Map.entry("Mrs. Claus", "Mx Claus"),
            Map.entry("woman and man holding hands", "people holding hands"), Map.entry("women holding hands", "people holding hands"),
            Map.entry("men holding hands", "people holding hands"));

    private final Map<String, Emoji> byCode = new HashMap<>();

    private EmojiNames() {}

    static EmojiNames read(Path emojibase, Path emojilib) throws IOException {
        JsonNode data = member(emojibase, "package/en/data.json");
        JsonNode words = member(emojilib, "package/dist/emoji-en-US.json");
        Map<String, List<String>> keywords = new HashMap<>();
        words.propertyStream().forEach(e -> keywords.put(codeOf(e.getKey()), strings(e.getValue())));
        Map<String, String> labels = new HashMap<>();
        for (JsonNode parent : data) {
            labels.put(normalise(parent.path("hexcode").asString()), parent.path("label").asString());
        }
        EmojiNames names = new EmojiNames();
        for (JsonNode parent : data) {
            names.add(parent, parent, labels, keywords);
            for (JsonNode skin : parent.path("skins")) {
                names.add(parent, skin, labels, keywords);
            }
        }
        return names;
    }

    private void add(JsonNode parent, JsonNode variant, Map<String, String> labels, Map<String, List<String>> keywords) {
        String parentCode = normalise(parent.path("hexcode").asString());
        String code = normalise(variant.path("hexcode").asString());
        String name = parent.path("label").asString();
        List<Integer> tones = new ArrayList<>();
        JsonNode tone = variant.path("tone");
        if (tone.isArray()) {
            tone.forEach(t -> tones.add(t.asInt()));
        } else if (!tone.isMissingNode()) {
            tones.add(tone.asInt());
        }
        byCode.put(code, new Emoji(code, variant.path("label").asString(), name, baseOf(parentCode, name, labels),
                parent.path("group").asInt(-1), List.copyOf(tones), genderOf(parentCode, name), strings(parent.path("tags")),
                keywords.getOrDefault(parentCode, List.of())));
    }

    /** The emoji of these code points, or null. */
    @Nullable Emoji find(String codePoints) {
        return byCode.get(normalise(codePoints));
    }

    static String normalise(String codePoints) {
        StringBuilder out = new StringBuilder();
        for (String part : codePoints.toLowerCase(Locale.ROOT).split("[-_]")) {
            if (!part.equals("fe0f") && !part.equals("e007f")) { // neither changes what is shown
                out.append(out.isEmpty() ? "" : "-").append("0".repeat(Math.max(0, 4 - part.length()))).append(part);
            }
        }
        return out.toString();
    }

    private static String codeOf(String emoji) {
        StringBuilder out = new StringBuilder();
        emoji.codePoints().forEach(c -> out.append(out.isEmpty() ? "" : "-").append(Integer.toHexString(c)));
        return normalise(out.toString());
    }

    // Man and woman become person, signs of gender go, and whatever emoji is left gives the base its name.
    private static String baseOf(String code, String name, Map<String, String> labels) {
        String byHand = FOLDED_BY_HAND.get(name);
        if (byHand != null) {
            return byHand;
        }
        if (name.startsWith("family")) {
            return "family";
        }
        if (name.startsWith("kiss")) {
            return "kiss";
        }
        if (name.startsWith("couple with heart")) {
            return "couple with heart";
        }
        String neutral = code.replace("-200d-2642", "").replace("-200d-2640", "").replace("1f468", "1f9d1").replace("1f469", "1f9d1");
        return labels.getOrDefault(neutral, name);
    }

    private static String genderOf(String code, String name) {
        if (code.endsWith("-2642") || code.startsWith("1f468") || name.startsWith("man ") || name.equals("man")) {
            return "man";
        }
        if (code.endsWith("-2640") || code.startsWith("1f469") || name.startsWith("woman ") || name.equals("woman")) {
            return "woman";
        }
        return "";
    }

    private static List<String> strings(JsonNode array) {
        List<String> out = new ArrayList<>();
        array.forEach(n -> out.add(n.asString()));
        return List.copyOf(out);
    }

    private static JsonNode member(Path tarball, String path) throws IOException {
        byte[][] found = new byte[1][];
        NpmPackage.readAll(tarball, (name, bytes) -> {
            if (name.equals(path)) {
                found[0] = bytes;
            }
        });
        if (found[0] == null) {
            throw new IOException(tarball + " has no " + path + ".");
        }
        return Json.parse(new String(found[0], StandardCharsets.UTF_8), path, JsonNode.class);
    }
}
