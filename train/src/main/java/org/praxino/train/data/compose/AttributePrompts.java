package org.praxino.train.data.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Sample;

/** Prompts that combine the name of a moving clip with one attribute, each with the composition that shows both. */
public final class AttributePrompts {
    /** Samples that are tried for one prompt before the data set counts as unfit. */
    private static final int TRIES = 10_000;

    /**
     * A prompt.
     *
     * @param text the caption of the composition
     * @param attribute what it asks for beside the name
     * @param clip what it names
     * @param composed what it describes
     */
    public record Prompt(String text, PromptAttribute attribute, ClipStore.Clip clip, Sample composed) {}

    private AttributePrompts() {}

    /**
     * Draws {@code count} prompts, the kinds of attributes in turn; clips without a skin tone, their plain name or noun phrase.
     *
     * @param frames of the composition
     * @param countable clips that copies may be made of: of one piece, so that copies can be counted
     * @throws UserException if the store has no clip of the split that a kind of attribute fits
     */
    public static List<Prompt> draw(ClipStore store, ClipInfo.Split split, int count, int frames, long seed, Predicate<ClipStore.Clip> countable) {
        var prompts = new ArrayList<Prompt>();
        var kinds = PromptAttribute.Kind.values();
        long index = 0;
        for (int i = 0; i < count; i++) {
            PromptAttribute.Kind kind = kinds[i % kinds.length];
            ClipComposer composer = ClipComposer.of(store, settings(kind, split));
            Optional<Prompt> prompt = Optional.empty();
            for (int tries = 0; prompt.isEmpty(); tries++, index++) {
                if (tries == TRIES) {
                    throw new UserException(store.folder() + " has no clip in the split " + split + " that can be shown with an attribute of the kind "
                            + kind.name().toLowerCase(java.util.Locale.ROOT));
                }
                prompt = prompt(composer, kind, seed, index, frames, countable);
            }
            prompts.add(prompt.get());
        }
        return prompts;
    }

    private static Optional<Prompt> prompt(
            ClipComposer composer, PromptAttribute.Kind kind, long seed, long index, int frames, Predicate<ClipStore.Clip> countable) {
        Composition made = composer.compose(seed, index, frames);
        Optional<PromptAttribute> attribute = attribute(made).filter(a -> a.kind() == kind);
        ClipStore.Clip clip = made.sprites().getFirst().clip();
        if (attribute.isEmpty() || kind == PromptAttribute.Kind.COUNT && !countable.test(clip)) {
            return Optional.empty();
        }
        return Optional.of(new Prompt(made.caption(), attribute.get(), clip, composer.sample(seed, index, frames)));
    }

    private static CompositionSettings settings(PromptAttribute.Kind kind, ClipInfo.Split split) {
        var features = switch (kind) {
            case COLOUR -> new CompositionSettings.Features(0, 0, 0, 0, 1, 0);
            case COUNT -> new CompositionSettings.Features(0, 0, 0, 0, 0, 1);
            case SIZE, PLACE -> new CompositionSettings.Features(0, 1, 0, 0, 0, 0);
            case BACKGROUND -> new CompositionSettings.Features(1, 0, 0, 0, 0, 0);
            case DIRECTION -> new CompositionSettings.Features(0, 0, 1, 0, 0, 0);
        };
        var which = split == ClipInfo.Split.TRAIN ? CompositionSettings.SplitFilter.TRAIN : CompositionSettings.SplitFilter.HELD_OUT;
        return new CompositionSettings(which, features, 0, 0, 0, 0, 1, 0, false, false);
    }

    /** The one attribute of a composition; empty if it has none that can be judged. */
    private static Optional<PromptAttribute> attribute(Composition made) {
        Composition.Sprite sprite = made.sprites().getFirst();
        if (made.sprites().size() > 1) {
            return Optional.of(new PromptAttribute.Count(made.sprites().size()));
        }
        if (sprite.colour() != null) {
            return Optional.of(new PromptAttribute.Colour(sprite.colour()));
        }
        if (sprite.motion() instanceof Motion.Pan pan) {
            return Optional.of(new PromptAttribute.Direction(pan.direction().dx, pan.direction().dy));
        }
        if (made.background() instanceof SceneBackground.Plain plain && plain.colour() != NamedColour.WHITE) {
            return Optional.of(new PromptAttribute.BackgroundColour(plain.colour()));
        }
        if (!(sprite.motion() instanceof Motion.Still) || sprite.pose().equals(Pose.FULL)) {
            return Optional.empty();
        }
        int column = side(sprite.pose().x());
        int row = side(sprite.pose().y());
        if (column != 0 || row != 0) {
            return Optional.of(new PromptAttribute.Place(column, row));
        }
        double scale = sprite.pose().scale();
        return Optional.of(new PromptAttribute.RelativeSize(scale < 0.3 ? PromptAttribute.RelativeSize.Scale.TINY
                : scale < 0.6 ? PromptAttribute.RelativeSize.Scale.SMALL : PromptAttribute.RelativeSize.Scale.LARGE));
    }

    private static int side(double centre) {
        return centre < 0.4 ? -1 : centre > 0.6 ? 1 : 0;
    }
}
