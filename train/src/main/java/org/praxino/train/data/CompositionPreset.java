package org.praxino.train.data;

/** Named composition presets. */
public enum CompositionPreset {
    /** {@link CompositionSettings#plain} */
    PLAIN,
    /** {@link CompositionSettings#names} */
    NAMES,
    /** {@link CompositionSettings#light} */
    LIGHT,
    /** {@link CompositionSettings#mixed} */
    MIXED,
    /** {@link CompositionSettings#asIs} */
    AS_IS;

    public CompositionSettings settings() {
        return switch (this) {
            case PLAIN -> CompositionSettings.plain();
            case NAMES -> CompositionSettings.names();
            case LIGHT -> CompositionSettings.light();
            case MIXED -> CompositionSettings.mixed();
            case AS_IS -> CompositionSettings.asIs();
        };
    }
}
