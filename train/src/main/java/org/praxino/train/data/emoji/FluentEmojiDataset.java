package org.praxino.train.data.emoji;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Progress;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.PreparationReport;

/**
 * The bundled models' data: Microsoft's animated Fluent emoji (MIT) with names from emojibase and emojilib (MIT).
 *
 * <p>Six npm packages, each pinned by its sha256, become a {@link ClipStore} of RGBA clips and stills. Running it again with the
 * pixels in place writes only the captions.
 */
public final class FluentEmojiDataset {

    /** Height and width of every frame, unless asked otherwise; the renders have 256. */
    public static final int SIZE = 128;
    /** Frames a second, unless asked otherwise; the renders have 24, so that every second one is kept. */
    public static final double FPS = 12;

    private static final List<NpmPackage> PICTURES = List.of(
            new NpmPackage("@lobehub/fluent-emoji-anim-1", "1.0.0", "4c03ac178c1eabf2e2a16dd498f3cc2b92dc30ec3466ae38fdc497d4774c99ea"),
            new NpmPackage("@lobehub/fluent-emoji-anim-2", "1.0.0", "e431da8172e394036c330faa77648d6fbbae1fd3b0be95637c4497c9075019c0"),
            new NpmPackage("@lobehub/fluent-emoji-anim-3", "1.0.0", "3624d0c34c819c1794b74ccf6ae9034adff7c4cb6318dd2a645145f0196feb43"),
            new NpmPackage("@lobehub/fluent-emoji-anim-4", "1.0.0", "3d4c08f1e321f70808ef4996aba0ab575a9d97b6c56ffffc92cf6161a7836aa3"));
    private static final NpmPackage EMOJIBASE =
            new NpmPackage("emojibase-data", "17.0.0", "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a");
    private static final NpmPackage EMOJILIB =
            new NpmPackage("emojilib", "4.0.3", "7f9a6b43cff31d18985b7d65d11faba5bd971cbcc60020cf6d09322fbaaaf303");
    private static final int FILES = 3391;

    private FluentEmojiDataset() {}

    /** {@link #prepare(List, Path, int, double, Progress)} at the usual size and rate, packages from one folder or from npm. */
    public static PreparationReport prepare(@Nullable Path from, Path out, Progress progress) throws IOException {
        return prepare(from == null ? List.of() : List.of(from), out, SIZE, FPS, progress);
    }

    /**
     * Makes or refreshes the store in {@code out}.
     *
     * @param places tarballs at hand, or folders that hold them; what is not there the {@code npm} client fetches into
     *     {@code out/packages}
     * @param size height and width of every frame, pixels
     * @param fps frames a second: the nearest whole share of the renders' 24 is taken
     * @throws org.praxino.tensor.UserException when a package cannot be had or is not the pinned one
     * @throws IOException when {@code out} cannot be written
     */
    public static PreparationReport prepare(List<Path> places, Path out, int size, double fps, Progress progress) throws IOException {
        return new EmojiPreparation(PICTURES, EMOJIBASE, EMOJILIB, size, fps, FILES).run(places, out, progress);
    }
}
