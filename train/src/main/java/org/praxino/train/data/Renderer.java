package org.praxino.train.data;

/** Paints compositions: clips over a background, in premultiplied alpha, at positions finer than a pixel. */
final class Renderer {

    private final ClipStore store;
    private final int height;
    private final int width;

    Renderer(ClipStore store) {
        this.store = store;
        this.height = store.info().height();
        this.width = store.info().width();
    }

    /** [frames, H, W, 3] */
    byte[] render(Composition made, int frames) {
        float[] background = new float[height * width * 3];
        made.background().paint(background, height, width);
        byte[][] sources = new byte[made.actors().size()][];
        for (int a = 0; a < sources.length; a++) {
            Composition.Actor actor = made.actors().get(a);
            sources[a] = store.readRgba(actor.clip(), actor.start(), actor.clip().still() ? 1 : frames);
        }
        Overlay overlay = new Overlay(height, width);
        float[] canvas = new float[background.length];
        byte[] rgb = new byte[frames * background.length];
        for (int t = 0; t < frames; t++) {
            System.arraycopy(background, 0, canvas, 0, canvas.length);
            double u = made.pathFrames() > 1 ? (double) (made.pathStart() + t) / (made.pathFrames() - 1) : 0;
            double seconds = (made.pathStart() + t) / store.info().fps();
            for (int a = 0; a < sources.length; a++) {
                Composition.Actor actor = made.actors().get(a);
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
