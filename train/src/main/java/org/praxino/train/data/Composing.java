package org.praxino.train.data;

/** How pictures are made of clips, by name. */
public enum Composing {
    /** {@link Curriculum#plain} */
    PLAIN,
    /** {@link Curriculum#names} */
    NAMES,
    /** {@link Curriculum#light} */
    LIGHT,
    /** {@link Curriculum#mixed} */
    MIXED,
    /** {@link Curriculum#asIs} */
    AS_IS;

    public Curriculum curriculum() {
        return switch (this) {
            case PLAIN -> Curriculum.plain();
            case NAMES -> Curriculum.names();
            case LIGHT -> Curriculum.light();
            case MIXED -> Curriculum.mixed();
            case AS_IS -> Curriculum.asIs();
        };
    }
}
