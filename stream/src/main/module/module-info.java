/** Opens models, generates clips and live streams. */
open module org.praxino.stream {
    requires transitive org.praxino.models;
    requires transitive org.praxino.media;

    exports org.praxino.stream;
    exports org.praxino.stream.drift;
    exports org.praxino.stream.timeline;
}
