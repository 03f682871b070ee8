package org.praxino.train.data.compose;

import java.util.Locale;
import java.util.Set;
import org.praxino.train.data.ClipInfo;

/**
 * Recolours an object: every pixel takes the hue of the colour and at least a part of its saturation, in the HSL model, and keeps
 * its lightness. So white stays white, black stays black, and shading is kept.
 */
final class Recolouring {
    /** Saturation that grey pixels get, as a share of the colour's. */
    private static final float LEAST = 0.5f;

    /** Groups of the emoji set whose pictures show skin, or mean nothing in another colour. */
    private static final Set<String> KEPT = Set.of("people", "flags", "symbols");

    private Recolouring() {}

    /** Whether a clip may get another colour: it shows no skin, and its name says no colour. */
    static boolean suits(ClipInfo info) {
        if (KEPT.contains(info.attributes().getOrDefault("group", "")) || info.attributes().containsKey("tone")) {
            return false;
        }
        String words = " " + (info.name() + " " + info.subjects().getFirst()).toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", " ") + " ";
        for (NamedColour colour : NamedColour.values()) {
            String last = colour.word.substring(colour.word.lastIndexOf(' ') + 1);
            if (words.contains(" " + last + " ")) {
                return false;
            }
        }
        return true;
    }

    /** Recolours straight RGBA8 in place. */
    static void apply(byte[] rgba, NamedColour colour) {
        float hue = colour.hue();
        float most = colour.saturation();
        for (int i = 0; i < rgba.length; i += 4) {
            if (rgba[i + 3] == 0) {
                continue;
            }
            int r = rgba[i] & 255;
            int g = rgba[i + 1] & 255;
            int b = rgba[i + 2] & 255;
            int high = Math.max(r, Math.max(g, b));
            int low = Math.min(r, Math.min(g, b));
            float lightness = (high + low) / 510f;
            float chroma = (high - low) / 255f;
            float room = 1 - Math.abs(2 * lightness - 1);
            float own = room == 0 ? 0 : chroma / room;
            float c = room * Math.max(Math.min(own, 1), LEAST) * most;
            for (int channel = 0; channel < 3; channel++) {
                rgba[i + channel] = (byte) Math.round(255 * (lightness + c * (wave(hue, channel) - 0.5f)));
            }
        }
    }

    /** How much of a channel a hue has, 0 to 1. @param hue 0 to 6 @param channel 0 red, 1 green, 2 blue */
    private static float wave(float hue, int channel) {
        float distance = Math.abs((hue - 2 * channel + 9) % 6 - 3); // from the channel's own hue, 0 to 3
        return Math.clamp(2 - distance, 0f, 1f);
    }
}
