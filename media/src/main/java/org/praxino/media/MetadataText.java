package org.praxino.media;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Formats metadata as one line of ASCII JSON, as plain tags, and as an XMP packet. */
final class MetadataText {
    private static final String OPEN = "<praxino:generation>";
    private static final String CLOSE = "</praxino:generation>";
    /** Longest title that is shown; the whole prompt is in the JSON. */
    private static final int TITLE = 250;

    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private MetadataText() {}

    /** One line of ASCII that holds everything and fits any container. */
    static String json(GeneratedMetadata metadata) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("statement", GeneratedMetadata.STATEMENT);
        fields.put("digitalSourceType", GeneratedMetadata.DIGITAL_SOURCE_TYPE);
        fields.put("software", "Praxino");
        fields.put("version", metadata.version());
        fields.put("prompt", metadata.prompt());
        fields.put("seed", metadata.seed());
        fields.put("model", metadata.model());
        fields.put("modelHash", metadata.modelHash());
        if (!metadata.settings().isEmpty()) {
            fields.put("settings", metadata.settings());
        }
        return JSON.writeValueAsString(fields);
    }

    /** The inverse of {@link #json}; empty for any other text. */
    static Optional<GeneratedMetadata> parse(String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException e) {
            return Optional.empty();
        }
        if (!node.isObject() || !node.path("software").asString("").equals("Praxino")) {
            return Optional.empty();
        }
        var settings = new TreeMap<String, String>();
        node.path("settings").properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue().asString("")));
        return Optional.of(new GeneratedMetadata(
                node.path("prompt").asString(""), node.path("seed").asLong(0), node.path("model").asString(""),
                node.path("modelHash").asString(""), node.path("version").asString(""), settings));
    }

    /** Tags under the names that containers and players share. */
    static Map<String, String> tags(GeneratedMetadata metadata) {
        var tags = new LinkedHashMap<String, String>();
        if (!metadata.prompt().isBlank()) {
            tags.put("title", title(metadata));
        }
        tags.put("description", description(metadata));
        tags.put("comment", json(metadata));
        return tags;
    }

    static String title(GeneratedMetadata metadata) {
        String text = plain(metadata.prompt());
        return text.length() <= TITLE ? text : text.substring(0, text.offsetByCodePoints(0, TITLE / 2)) + "...";
    }

    static String description(GeneratedMetadata metadata) {
        return GeneratedMetadata.STATEMENT + " Praxino " + plain(metadata.version()) + ", model " + plain(metadata.model()) + ", seed "
                + metadata.seed() + ".";
    }

    /** An XMP packet: the IPTC source type for machines, title and description for people, and the JSON whole. */
    static String xmp(GeneratedMetadata metadata) {
        return """
                <?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
                <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
                 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:praxino="urn:praxino:metadata:1">
                <Iptc4xmpExt:DigitalSourceType>%s</Iptc4xmpExt:DigitalSourceType>
                <xmp:CreatorTool>Praxino %s</xmp:CreatorTool>
                <dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
                <dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>
                %s%s%s
                </rdf:Description></rdf:RDF></x:xmpmeta>
                <?xpacket end="r"?>""".formatted(GeneratedMetadata.DIGITAL_SOURCE_TYPE, escape(plain(metadata.version())),
                escape(title(metadata)), escape(description(metadata)), OPEN, escape(json(metadata)), CLOSE);
    }

    /** The JSON inside an XMP packet. */
    static Optional<GeneratedMetadata> parseXmp(String xmp) {
        int from = xmp.indexOf(OPEN);
        int to = xmp.indexOf(CLOSE, Math.max(from, 0));
        return from < 0 || to < 0 ? Optional.empty() : parse(unescape(xmp.substring(from + OPEN.length(), to)));
    }

    /** One line without control characters and broken surrogates, which XML and tags cannot hold. */
    private static String plain(String text) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.isWhitespace(c)) {
                out.append(' ');
            } else if (c < 0xd800 || c > 0xdfff && c < 0xfffe || c > 0xffff) {
                out.appendCodePoint(c);
            }
        });
        return out.toString().strip();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static String unescape(String text) {
        return text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
    }
}
