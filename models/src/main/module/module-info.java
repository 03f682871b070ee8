/** The networks, and what they are made of. */
open module org.praxino.models {
    requires transitive org.praxino.tensor;
    requires transitive org.praxino.io;

    exports org.praxino.codec;
    exports org.praxino.condition;
    exports org.praxino.diffusion;
    exports org.praxino.nn;
    exports org.praxino.text;
    exports org.praxino.walt;
    exports org.praxino.wan;
    exports org.praxino.wan.folder;
}
