package org.praxino.train.data.compose;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.tensor.RandomStream;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Sample;

/**
 * Composes captioned samples from a store: clip, colour, number, position, motion, background and a matching caption.
 *
 * <p>Every sample is a pure function of (seed, index, frames). See docs/data.md for the grammar.
 */
public final class ClipComposer implements ClipSource {

    /** Minimum length of a motion path in frames; shorter samples show a part of it at the same speed. */
    private static final int LEAST_PATH = 33;
    private static final SceneBackground WHITE = new SceneBackground.Plain(NamedColour.WHITE, new float[] {255, 255, 255});

    private final ClipStore store;
    private final CompositionSettings settings;
    private final WeightedClipSampler clips;
    private final WeightedClipSampler stills;
    private final CompositionRenderer renderer;

    private ClipComposer(ClipStore store, CompositionSettings settings) {
        this.store = store;
        this.settings = settings;
        Predicate<ClipStore.Clip> wanted = clip -> switch (settings.split()) {
            case TRAIN -> !clip.heldOut();
            case HELD_OUT -> clip.heldOut();
            case ALL -> true;
        };
        this.clips = new WeightedClipSampler(store.clips().stream().filter(wanted).filter(c -> !c.still()).toList());
        this.stills = new WeightedClipSampler(store.clips().stream().filter(wanted).filter(ClipStore.Clip::still).toList());
        this.renderer = new CompositionRenderer(store);
    }

    /** Samples from {@code store}, which must stay open. */
    public static ClipComposer of(ClipStore store, CompositionSettings settings) {
        return new ClipComposer(store, settings);
    }

    @Override
    public int height() {
        return store.info().height();
    }

    @Override
    public int width() {
        return store.info().width();
    }

    @Override
    public double fps() {
        return store.info().fps();
    }

    @Override
    public String digest() {
        return Sha256.ofText(store.digest() + " " + Json.line(settings)); // values, not the name of a class: names may change
    }

    @Override
    public Sample sample(long seed, long index, int frames) {
        Composition made = compose(seed, index, frames);
        return new Sample(renderer.render(made, frames), frames, height(), width(), made.caption(), made.name(), made.heldOut());
    }

    /** What {@link #sample} will show, without its pixels. */
    Composition compose(long seed, long index, int frames) {
        if (frames < 1) {
            throw new IllegalArgumentException("a sample needs at least 1 frame, not " + frames);
        }
        RandomGenerator random = RandomStream.of(seed, "data", index).generator();
        CaptionWriter captions = new CaptionWriter(random);
        boolean still = frames == 1;
        ClipStore.Clip clip = draw(random, still, index);
        int path = Math.max(frames, LEAST_PATH);
        int pathStart = random.nextInt(path - frames + 1);
        if (settings.whole()) {
            return new Composition(List.of(sprite(random, clip, frames, Pose.FULL, new Motion.Still(), null)), WHITE, path, pathStart,
                    captions.whole(clip.info(), settings.wordings(), still));
        }
        var features = settings.features();
        SceneBackground background = happens(random, features.background()) ? background(random) : WHITE;
        boolean said = background != WHITE || happens(random, settings.whiteSaid());
        List<String> backgroundWords = said ? background.words() : List.of();
        if (happens(random, features.pair())) {
            return pair(random, captions, clip, frames, background, backgroundWords, path, pathStart);
        }
        NamedColour colour = happens(random, features.colour()) && Recolouring.suits(clip.info())
                ? NamedColour.HUES.get(random.nextInt(NamedColour.HUES.size())) : null;
        Optional<String> plural = happens(random, features.copies()) && !clip.info().attributes().containsKey("tone")
                ? CopyLayout.plural(clip.info().subjects().getFirst()) : Optional.empty();
        if (plural.isPresent()) {
            CopyLayout layout = CopyLayout.values()[random.nextInt(CopyLayout.values().length)];
            Composition.Sprite one = sprite(random, clip, frames, Pose.FULL, new Motion.Still(), colour);
            List<Composition.Sprite> copies = layout.poses().stream()
                    .map(pose -> new Composition.Sprite(clip, one.start(), pose, one.motion(), colour)).toList();
            return new Composition(copies, background, path, pathStart, captions.copies(layout, plural.get(), colour, backgroundWords));
        }
        Motion motion = !still && happens(random, features.motion()) ? motion(random) : new Motion.Still();
        boolean moves = !(motion instanceof Motion.Still);
        Placement placement = !moves && happens(random, features.placement())
                ? Placement.values()[random.nextInt(Placement.values().length)] : null;
        Pose pose = moves ? poseFor(random, motion) : placement != null ? placement.draw(random) : Pose.FULL;
        boolean composed = said || moves || placement != null || colour != null;
        String caption = composed
                ? captions.single(clip.info(), placement, colour, motion, backgroundWords, settings.wordings(), still)
                : captions.whole(clip.info(), settings.wordings(), still);
        return new Composition(List.of(sprite(random, clip, frames, pose, motion, colour)), background, path, pathStart, caption);
    }

    private Composition pair(RandomGenerator random, CaptionWriter captions, ClipStore.Clip first, int frames, SceneBackground background,
            List<String> backgroundWords, int path, int pathStart) {
        ClipStore.Clip second = draw(random, frames == 1, random.nextInt(1 << 20));
        for (int tries = 0; tries < 8 && second.info().base().equals(first.info().base()); tries++) {
            second = draw(random, frames == 1, random.nextInt(1 << 20));
        }
        boolean sideBySide = random.nextDouble() < 0.75;
        double scale = random.nextDouble(0.44, 0.52);
        Pose one = sideBySide ? new Pose(0.26, 0.5, scale) : new Pose(0.5, 0.26, scale);
        Pose two = sideBySide ? new Pose(0.74, 0.5, scale) : new Pose(0.5, 0.74, scale);
        List<Composition.Sprite> sprites = List.of(sprite(random, first, frames, one, new Motion.Still(), null),
                sprite(random, second, frames, two, new Motion.Still(), null));
        return new Composition(sprites, background, path, pathStart,
                captions.pair(first.info(), second.info(), sideBySide, backgroundWords));
    }

    private ClipStore.Clip draw(RandomGenerator random, boolean still, long index) {
        boolean fromStills = happens(random, still ? settings.stillsInStills() : settings.stillsInClips());
        WeightedClipSampler from = fromStills && !stills.isEmpty() || clips.isEmpty() ? stills : clips;
        boolean anyTone = settings.tones() == 1 || happens(random, settings.tones());
        return settings.inTurn() ? from.turn(index, anyTone, random) : from.draw(anyTone, random);
    }

    private Composition.Sprite sprite(
            RandomGenerator random, ClipStore.Clip clip, int frames, Pose pose, Motion motion, @Nullable NamedColour colour) {
        int starts = clip.entry().loop() ? clip.frames() : Math.max(1, clip.frames() - frames + 1);
        return new Composition.Sprite(clip, happens(random, settings.randomStart()) ? random.nextInt(starts) : 0, pose, motion, colour);
    }

    private static SceneBackground background(RandomGenerator random) {
        NamedColour first = NamedColour.values()[random.nextInt(NamedColour.WHITE.ordinal())];
        NamedColour second = NamedColour.values()[(first.ordinal() + 1
                + random.nextInt(NamedColour.values().length - 1)) % NamedColour.values().length];
        double kind = random.nextDouble();
        if (kind < 0.6) {
            return new SceneBackground.Plain(first, first.shade(random));
        }
        if (kind < 0.8) {
            return new SceneBackground.Gradient(first, first.shade(random), second, second.shade(random), random.nextBoolean());
        }
        if (kind < 0.9) {
            return new SceneBackground.Checkered(first, first.shade(random), second, second.shade(random), 4 + 2 * random.nextInt(3));
        }
        SceneBackground.Scene.Landscape place = SceneBackground.Scene.Landscape.values()[random.nextInt(SceneBackground.Scene.Landscape.values().length)];
        return new SceneBackground.Scene(place, place.ground.shade(random), place.sky.shade(random), random.nextDouble(0.55, 0.75));
    }

    private static Motion motion(RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> new Motion.Pan(Motion.Pan.Direction.values()[random.nextInt(4)], random.nextDouble(0.4, 0.6));
            case 4 -> new Motion.Zoom(random.nextDouble(0.3, 0.45), random.nextDouble(0.85, 1.0));
            case 5 -> new Motion.Zoom(random.nextDouble(0.85, 1.0), random.nextDouble(0.3, 0.45));
            case 6 -> new Motion.Oscillation(true, random.nextDouble(0.08, 0.15), random.nextDouble(0.7, 1.2));
            case 7 -> new Motion.Oscillation(false, random.nextDouble(0.1, 0.18), random.nextDouble(0.6, 1.0));
            default -> new Motion.Spin(random.nextBoolean(), random.nextDouble(0.35, 0.7));
        };
    }

    private static Pose poseFor(RandomGenerator random, Motion motion) {
        return switch (motion) {
            case Motion.Zoom zoom -> Pose.FULL;
            case Motion.Still still -> Pose.FULL;
            case Motion.Pan pan -> new Pose(0.5, 0.5, random.nextDouble(0.5, 0.65));
            case Motion.Oscillation oscillation -> new Pose(0.5, 0.5, random.nextDouble(0.55, 0.7));
            case Motion.Spin spin -> new Pose(0.5, 0.5, random.nextDouble(0.6, 0.75));
        };
    }

    private static boolean happens(RandomGenerator random, double chance) {
        return random.nextDouble() < chance;
    }
}
