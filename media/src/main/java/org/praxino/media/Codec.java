package org.praxino.media;

import java.util.Locale;

/** Video codecs of MP4 and WebM files. */
public enum Codec {
    /** The container's own: AV1 in MP4, VP9 in WebM, both free of royalties. */
    AUTO,
    /** AV1 by SVT-AV1 (libaom for sizes SVT-AV1 cannot make). */
    AV1,
    /** VP9 by libvpx; the only one that also keeps alpha and full colour resolution. */
    VP9,
    /** H.264 by OpenH264. Plays everywhere, but encoders need a patent licence: only on request (docs/media.md). */
    H264;

    /** Reads the name that a user writes. */
    public static Codec parse(String name) {
        for (Codec codec : values()) {
            if (codec.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return codec;
            }
        }
        throw new MediaException("'" + name + "' is not a codec: choose av1, vp9 or h264, or leave it at auto");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
