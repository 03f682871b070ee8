/** Reads and writes videos and images. */
open module org.praxino.media {
    requires transitive org.praxino.tensor;
    requires transitive java.desktop;
    requires tools.jackson.databind;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.ffmpeg.${native.module};
    requires io.github.humbleui.skija.shared;
    requires io.github.humbleui.skija.linux.x64;

    exports org.praxino.media;
}
