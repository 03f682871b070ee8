package org.praxino.train.data.compose;

/** An attribute that a prompt asks for beside a name, which rules can judge on pixels. */
public sealed interface PromptAttribute {

    /** The kinds, in the order of reports. */
    enum Kind {
        COLOUR(NamedColour.HUES.size()),
        COUNT(4),
        SIZE(RelativeSize.Scale.values().length),
        PLACE(9),
        BACKGROUND(NamedColour.values().length),
        DIRECTION(4);

        private final int values;

        Kind(int values) {
            this.values = values;
        }
    }

    Kind kind();

    /** Share of clips that would be right if the value were drawn at random. */
    default double chance() {
        return 1.0 / kind().values;
    }

    /** The object has this hue, one of {@link NamedColour#HUES}. */
    record Colour(NamedColour colour) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.COLOUR;
        }
    }

    /** The number of copies, 1 to 4. */
    record Count(int count) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.COUNT;
        }
    }

    /** Its size; ordinary is full size. */
    record RelativeSize(Scale scale) implements PromptAttribute {
        /** The sizes that captions distinguish. */
        public enum Scale { TINY, SMALL, ORDINARY, LARGE }

        @Override
        public Kind kind() {
            return Kind.SIZE;
        }
    }

    /** Its position. @param column −1 left, 0 middle, 1 right @param row −1 top, 0 middle, 1 bottom */
    record Place(int column, int row) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.PLACE;
        }
    }

    /** The colour of the background. */
    record BackgroundColour(NamedColour colour) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.BACKGROUND;
        }
    }

    /** The direction of its motion. @param dx −1 left, 1 right @param dy −1 up, 1 down; one of both is 0 */
    record Direction(int dx, int dy) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.DIRECTION;
        }
    }
}
