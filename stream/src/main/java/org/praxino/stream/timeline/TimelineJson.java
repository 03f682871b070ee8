package org.praxino.stream.timeline;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.io.TextFiles;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes timelines as JSON. */
final class TimelineJson {
    private TimelineJson() {}

    static Timeline read(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return parse(TextFiles.read(file), file.toString(), folder == null ? Path.of("") : folder);
    }

    static Timeline parse(String text, String where, @Nullable Path folder) {
        try {
            return timeline(new JsonObjectReader(Json.parse(text, where, JsonNode.class), where), folder);
        } catch (UserException e) {
            throw e.getMessage().startsWith(where) ? e : new UserException(where + ": " + e.getMessage(), e);
        }
    }

    private static Timeline timeline(JsonObjectReader f, @Nullable Path folder) {
        JsonNode prompts = f.required("prompts", f::get);
        if (!prompts.isArray()) {
            throw new UserException(f.fieldName("prompts") + " must be a list but is " + JsonObjectReader.kind(prompts));
        }
        var cues = new ArrayList<Cue>();
        for (JsonNode node : prompts) {
            cues.add(cue(new JsonObjectReader(node, f.fieldName("prompts") + " number " + (cues.size() + 1)), folder));
        }
        String size = f.text("size");
        String video = f.text("video");
        String continuedClip = f.text("continue");
        var timeline = new Timeline(
                cues, f.number("seconds"), f.integer("seed"), size == null ? null : Size.parse(size), f.number("fps"),
                video == null ? null : path(video, folder), f.number("strength"),
                continuedClip == null ? null : path(continuedClip, folder));
        f.rejectUnknown();
        return timeline;
    }

    private static Cue cue(JsonObjectReader f, @Nullable Path folder) {
        double at = f.required("at", f::number);
        String prompt = f.required("prompt", f::text);
        JsonNode transition = f.get("transition");
        String image = f.text("image");
        f.rejectUnknown();
        return new Cue(
                at, prompt, transition == null ? Transition.CUT : transition(transition, f.fieldName("transition")),
                image == null ? null : picture(image, folder));
    }

    private static Transition transition(JsonNode node, String where) {
        if (node.isString()) {
            return switch (node.stringValue()) {
                case "cut" -> Transition.CUT;
                case "recache" -> Transition.RECACHE;
                default -> throw new UserException(where + " is \"" + node.stringValue() + "\": write \"cut\", \"recache\" or {\"blend\": SECONDS}");
            };
        }
        var f = new JsonObjectReader(node, where);
        double seconds = f.required("blend", f::number);
        String path = f.text("path");
        f.rejectUnknown();
        return new Transition.Blend(seconds, switch (path) {
            case null -> Transition.Path.LINEAR;
            case "linear" -> Transition.Path.LINEAR;
            case "spherical" -> Transition.Path.SPHERICAL;
            default -> throw new UserException(f.fieldName("path") + " is \"" + path + "\": write \"linear\" or \"spherical\"");
        });
    }

    private static InputImage picture(String text, @Nullable Path folder) {
        return text.startsWith("data:") ? InputImage.Inline.parse(text) : new InputImage.File(path(text, folder));
    }

    private static Path path(String text, @Nullable Path folder) {
        if (folder == null) {
            throw new UserException("\"" + text + "\" names a file, which a timeline from elsewhere must not: carry a picture as data:image/png;base64,...");
        }
        try {
            return folder.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new UserException("\"" + text + "\" is not the name of a file", e);
        }
    }

    /** @param folder base of relative names, or null */
    static String text(Timeline t, @Nullable Path folder) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        var prompts = root.putArray("prompts");
        for (Cue cue : t.cues()) {
            ObjectNode node = prompts.addObject().put("at", cue.at()).put("prompt", cue.prompt());
            switch (cue.transition()) {
                case Transition.Cut c -> {}
                case Transition.Recache r -> node.put("transition", "recache");
                case Transition.Blend b -> {
                    ObjectNode blend = node.putObject("transition").put("blend", b.seconds());
                    if (b.path() == Transition.Path.SPHERICAL) {
                        blend.put("path", "spherical");
                    }
                }
            }
            switch (cue.image()) {
                case null -> {}
                case InputImage.File f -> node.put("image", name(f.path(), folder));
                case InputImage.Inline i -> node.put("image", i.dataUrl());
            }
        }
        if (t.seconds() != null) {
            root.put("seconds", t.seconds());
        }
        if (t.seed() != null) {
            root.put("seed", t.seed());
        }
        if (t.size() != null) {
            root.put("size", t.size().toString());
        }
        if (t.fps() != null) {
            root.put("fps", t.fps());
        }
        if (t.video() != null) {
            root.put("video", name(t.video(), folder));
        }
        if (t.strength() != null) {
            root.put("strength", t.strength());
        }
        if (t.continuedClip() != null) {
            root.put("continue", name(t.continuedClip(), folder));
        }
        return Json.pretty(root);
    }

    private static String name(Path file, @Nullable Path folder) {
        Path whole = file.toAbsolutePath().normalize();
        return (folder != null && whole.startsWith(folder) ? folder.relativize(whole) : whole).toString();
    }
}
