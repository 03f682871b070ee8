/** Reads and writes videos and images. */
open module org.praxino.media {
    requires static org.jspecify;
    requires transitive org.praxino.tensor;
    requires transitive java.desktop;
    requires tools.jackson.databind;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.ffmpeg.${native.module};
    requires io.github.humbleui.skija.shared;
    requires io.github.humbleui.skija.${native.skija.module};

    exports org.praxino.media;
}
