package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.tensor.Progress;

/**
 * The steps of preparing the emoji set from its packages: verify, decode unless that is done, name.
 *
 * @param pictures packages that hold {@code package/assets/<code points>.webp}
 * @param emojibase package with labels and tags
 * @param emojilib package with keywords
 * @param size height and width of every frame, pixels
 * @param fps frames a second
 * @param files how many pictures there are, for the progress display
 */
record EmojiBuild(List<NpmPackage> pictures, NpmPackage emojibase, NpmPackage emojilib, int size, double fps, int files) {

    PrepareReport run(List<Path> places, Path out, Progress progress) throws IOException {
        long start = System.nanoTime();
        AtomicFiles.requireWritable(out.resolve(StoreFiles.DATASET));
        List<NpmPackage> all = Stream.concat(pictures.stream(), Stream.of(emojibase, emojilib)).toList();
        List<Path> tarballs = new ArrayList<>();
        for (NpmPackage each : all) {
            progress.update(tarballs.size(), all.size(), "checking packages");
            tarballs.add(each.locate(places, out.resolve("packages")));
        }
        progress.update(tarballs.size(), all.size(), "checking packages");

        StoredPixels stored = StoredPixels.of(out, recipe());
        DatasetInfo info = stored != null ? stored.info() : decode(tarballs.subList(0, pictures.size()), out, all, progress);
        List<PrepareReport.Skipped> skipped = new ArrayList<>(StoreFiles.readLines(out.resolve(StoreFiles.SKIPPED), PrepareReport.Skipped.class));
        List<ClipEntry> entries = StoreFiles.readLines(out.resolve(StoreFiles.CLIPS), ClipEntry.class);
        EmojiNames names = EmojiNames.read(tarballs.get(pictures.size()), tarballs.get(pictures.size() + 1));
        List<ClipInfo> rows = EmojiManifest.of(entries, names, skipped);
        StoreFiles.writeLines(out.resolve(StoreFiles.MANIFEST), rows);
        AtomicFiles.writeString(out.resolve("LICENSE.txt"), EmojiLicence.TEXT);
        Json.write(out.resolve(StoreFiles.DATASET), info); // last: with it the store counts as complete
        progress.update(rows.size(), entries.size(), "writing captions");
        return new PrepareReport(out, info.clips(), info.stills(), info.frames(), info.bytes(), info.digest(), stored != null,
                (System.nanoTime() - start) / 1e9, skipped);
    }

    private DatasetInfo decode(List<Path> tarballs, Path out, List<NpmPackage> sources, Progress progress) throws IOException {
        WebpClip decoder = new WebpClip(size, size, fps);
        try (PixelBuild build = new PixelBuild(out, files, progress)) {
            for (Path tarball : tarballs) {
                NpmPackage.readAll(tarball, (path, bytes) -> {
                    if (path.endsWith(".webp")) {
                        String file = path.substring(path.lastIndexOf('/') + 1);
                        build.submit(file, () -> decoder.decode(file, bytes));
                    }
                });
            }
            ClipStoreWriter.Totals totals = build.finish();
            return new DatasetInfo(DatasetInfo.FORMAT, "fluent-emoji", size, size, fps, totals.clips(), totals.stills(),
                    totals.frames(), totals.bytes(), totals.digest(), recipe(),
                    sources.stream().map(p -> new DatasetInfo.Source(p.id(), p.sha256())).toList(), "MIT", EmojiLicence.CREDITS);
        }
    }

    private String recipe() {
        StringBuilder text = new StringBuilder("fluent-emoji " + size + "x" + size + " " + fps + " fps, area scaled, row deltas, layout "
                + DatasetInfo.FORMAT);
        pictures.forEach(p -> text.append(' ').append(p.sha256(), 0, 12));
        return text.toString();
    }
}
