package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Progress;

/**
 * The bundled models' data: Microsoft's animated Fluent emoji (MIT) with names from emojibase and emojilib (MIT).
 *
 * <p>Six npm packages, each pinned by its sha256, become a {@link ClipStore} of 128x128 RGBA at 12 frames a second. Running it
 * again with the pixels in place writes only the captions.
 */
public final class FluentEmoji {

    /** Height and width of every frame. */
    public static final int SIZE = 128;
    /** Frames a second; the renders have 24, every second one is kept. */
    public static final double FPS = 12;

    static final List<NpmPackage> PICTURES = List.of(
            new NpmPackage("@lobehub/fluent-emoji-anim-1", "1.0.0", "4c03ac178c1eabf2e2a16dd498f3cc2b92dc30ec3466ae38fdc497d4774c99ea"),
            new NpmPackage("@lobehub/fluent-emoji-anim-2", "1.0.0", "e431da8172e394036c330faa77648d6fbbae1fd3b0be95637c4497c9075019c0"),
            new NpmPackage("@lobehub/fluent-emoji-anim-3", "1.0.0", "3624d0c34c819c1794b74ccf6ae9034adff7c4cb6318dd2a645145f0196feb43"),
            new NpmPackage("@lobehub/fluent-emoji-anim-4", "1.0.0", "3d4c08f1e321f70808ef4996aba0ab575a9d97b6c56ffffc92cf6161a7836aa3"));
    static final NpmPackage EMOJIBASE =
            new NpmPackage("emojibase-data", "17.0.0", "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a");
    static final NpmPackage EMOJILIB =
            new NpmPackage("emojilib", "4.0.3", "7f9a6b43cff31d18985b7d65d11faba5bd971cbcc60020cf6d09322fbaaaf303");

    private static final int THREADS = 2;

    private FluentEmoji() {}

    /**
     * Makes or refreshes the store in {@code out}.
     *
     * @param from folder with the six tarballs, or null to have the {@code npm} client fetch them into {@code out/packages}
     * @throws IOException when a package is missing or is not the pinned one, or {@code out} cannot be written
     */
    public static PrepareReport prepare(@Nullable Path from, Path out, Progress progress) throws IOException {
        long start = System.nanoTime();
        Path packages = from == null ? out.resolve("packages") : from;
        List<NpmPackage> all = Stream.concat(PICTURES.stream(), Stream.of(EMOJIBASE, EMOJILIB)).toList();
        List<Path> files = new ArrayList<>();
        for (NpmPackage each : all) {
            progress.update(files.size(), all.size(), "checking packages");
            files.add(each.locate(packages, from == null));
        }
        progress.update(files.size(), all.size(), "checking packages");

        List<PrepareReport.Skipped> skipped = new ArrayList<>();
        DatasetInfo have = reusable(out);
        DatasetInfo info = have != null ? have : decode(files.subList(0, PICTURES.size()), out, all, skipped, progress);
        List<ClipEntry> entries = StoreFiles.readLines(out.resolve(StoreFiles.CLIPS), ClipEntry.class);
        EmojiNames names = EmojiNames.read(files.get(PICTURES.size()), files.get(PICTURES.size() + 1));
        List<ClipInfo> rows = EmojiManifest.of(entries, names, skipped);
        StoreFiles.writeLines(out.resolve(StoreFiles.MANIFEST), rows);
        StoreFiles.writeText(out.resolve("LICENSE.txt"), EmojiLicence.TEXT);
        StoreFiles.writeJson(out.resolve(StoreFiles.DATASET), info);
        progress.update(rows.size(), entries.size(), "writing captions");
        return new PrepareReport(out, info.clips(), info.stills(), info.frames(), info.bytes(), info.digest(), have != null,
                (System.nanoTime() - start) / 1e9, skipped);
    }

    static String recipe() {
        StringBuilder text = new StringBuilder("fluent-emoji " + SIZE + "x" + SIZE + " " + FPS + " fps, area scaled, row deltas, layout "
                + DatasetInfo.FORMAT);
        PICTURES.forEach(p -> text.append(' ').append(p.sha256(), 0, 12));
        return text.toString();
    }

    private static @Nullable DatasetInfo reusable(Path out) throws IOException {
        Path file = out.resolve(StoreFiles.DATASET);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        DatasetInfo info = StoreFiles.readJson(file, DatasetInfo.class);
        Path pixels = out.resolve(StoreFiles.PIXELS);
        boolean same = info.recipe().equals(recipe()) && Files.isRegularFile(pixels) && Files.size(pixels) == info.bytes();
        return same ? info : null;
    }

    private static DatasetInfo decode(List<Path> tarballs, Path out, List<NpmPackage> sources,
            List<PrepareReport.Skipped> skipped, Progress progress) throws IOException {
        record Result(String file, ClipStoreWriter.@Nullable Packed clip, String problem) {}
        WebpClip decoder = new WebpClip(SIZE, SIZE, FPS);
        int[] done = {0};
        try (ClipStoreWriter writer = new ClipStoreWriter(out);
                OrderedWorkers<Result> workers = new OrderedWorkers<>(THREADS, result -> {
                    if (result.clip() == null) {
                        skipped.add(new PrepareReport.Skipped(result.file(), result.problem()));
                    } else {
                        writer.add(result.clip());
                    }
                    progress.update(++done[0], TOTAL_FILES, "decoding frames");
                })) {
            for (Path tarball : tarballs) {
                NpmPackage.readAll(tarball, (path, bytes) -> {
                    if (!path.endsWith(".webp")) {
                        return;
                    }
                    String file = path.substring(path.lastIndexOf('/') + 1);
                    workers.submit(() -> {
                        try {
                            return new Result(file, decoder.decode(file, bytes), "");
                        } catch (IOException e) {
                            return new Result(file, null, String.valueOf(e.getMessage()));
                        }
                    });
                });
            }
            workers.finish();
            ClipStoreWriter.Totals totals = writer.finish();
            return new DatasetInfo(DatasetInfo.FORMAT, "fluent-emoji", SIZE, SIZE, FPS, totals.clips(), totals.stills(),
                    totals.frames(), totals.bytes(), totals.digest(), recipe(),
                    sources.stream().map(p -> new DatasetInfo.Source(p.id(), p.sha256())).toList(), "MIT", EmojiLicence.CREDITS);
        }
    }

    /** WebP files in the four packages, for the progress display. */
    static final int TOTAL_FILES = 3391;
}
