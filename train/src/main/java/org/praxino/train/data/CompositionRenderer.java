package org.praxino.train.data;

/** Renders compositions with premultiplied alpha and sub-pixel positions. */
final class CompositionRenderer {

    private final ClipStore store;
    private final int height;
    private final int width;

    CompositionRenderer(ClipStore store) {
        this.store = store;
        this.height = store.info().height();
        this.width = store.info().width();
    }

    private byte[] read(Composition.Sprite sprite, int frames) {
        byte[] rgba = store.readRgba(sprite.clip(), sprite.start(), sprite.clip().still() ? 1 : frames);
        if (sprite.colour() != null) {
            Recolouring.apply(rgba, sprite.colour());
        }
        return rgba;
    }

    private static boolean sameSource(Composition.Sprite a, Composition.Sprite b) {
        return a.clip() == b.clip() && a.start() == b.start() && a.colour() == b.colour();
    }

    /** [frames, H, W, 3] */
    byte[] render(Composition made, int frames) {
        float[] background = new float[height * width * 3];
        made.background().paint(background, height, width);
        byte[][] sources = new byte[made.sprites().size()][];
        for (int a = 0; a < sources.length; a++) {
            Composition.Sprite actor = made.sprites().get(a);
            sources[a] = a > 0 && sameSource(actor, made.sprites().get(a - 1)) ? sources[a - 1] : read(actor, frames);
        }
        AlphaCompositor overlay = new AlphaCompositor(height, width);
        float[] canvas = new float[background.length];
        byte[] rgb = new byte[frames * background.length];
        for (int t = 0; t < frames; t++) {
            System.arraycopy(background, 0, canvas, 0, canvas.length);
            double u = made.pathFrames() > 1 ? (double) (made.pathStart() + t) / (made.pathFrames() - 1) : 0;
            double seconds = (made.pathStart() + t) / store.info().fps();
            for (int a = 0; a < sources.length; a++) {
                Composition.Sprite actor = made.sprites().get(a);
                int frame = actor.clip().still() ? 0 : t;
                overlay.paint(sources[a], frame * height * width * 4, actor.motion().at(actor.pose(), u, seconds), canvas);
            }
            for (int i = 0, at = t * canvas.length; i < canvas.length; i++, at++) {
                rgb[at] = (byte) (int) (canvas[i] + 0.5f);
            }
        }
        return rgb;
    }
}
