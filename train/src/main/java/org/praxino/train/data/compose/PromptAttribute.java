package org.praxino.train.data.compose;

/** What a prompt asks for beside a name, in terms that pixels can be judged by. */
public sealed interface PromptAttribute {

    /** The kinds, in the order of reports. */
    enum Kind { COLOUR, COUNT, SIZE, PLACE, BACKGROUND, DIRECTION }

    Kind kind();

    /** Share of clips that would be right if what is asked were drawn by chance. */
    double chance();

    /** The thing has this hue, one of {@link NamedColour#HUES}. */
    record Colour(NamedColour colour) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.COLOUR;
        }

        @Override
        public double chance() {
            return 1.0 / NamedColour.HUES.size();
        }
    }

    /** So many of it, 1 to 4. */
    record Count(int count) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.COUNT;
        }

        @Override
        public double chance() {
            return 0.25;
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

        @Override
        public double chance() {
            return 1.0 / Scale.values().length;
        }
    }

    /** Its place. @param column −1 left, 0 middle, 1 right @param row −1 top, 0 middle, 1 bottom */
    record Place(int column, int row) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.PLACE;
        }

        @Override
        public double chance() {
            return 1.0 / 9;
        }
    }

    /** One colour behind it. */
    record BackgroundColour(NamedColour colour) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.BACKGROUND;
        }

        @Override
        public double chance() {
            return 1.0 / NamedColour.values().length;
        }
    }

    /** Where it moves. @param dx −1 left, 1 right @param dy −1 up, 1 down; one of both is 0 */
    record Direction(int dx, int dy) implements PromptAttribute {
        @Override
        public Kind kind() {
            return Kind.DIRECTION;
        }

        @Override
        public double chance() {
            return 0.25;
        }
    }
}
