package org.praxino.train.data.emoji;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.tensor.Progress;
import org.praxino.train.data.ClipDecoding;
import org.praxino.train.data.ClipEntry;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStoreFiles;
import org.praxino.train.data.ClipStoreWriter;
import org.praxino.train.data.DatasetInfo;
import org.praxino.train.data.ExistingClipStore;
import org.praxino.train.data.PreparationReport;

/**
 * Prepares the emoji data set from its packages: verify, decode unless cached, write captions.
 *
 * @param pictures packages that hold {@code package/assets/<code points>.webp}
 * @param emojibase package with labels and tags
 * @param emojilib package with keywords
 * @param size height and width of every frame, pixels
 * @param fps frames a second
 * @param files how many pictures there are, for the progress display
 */
record EmojiPreparation(List<NpmPackage> pictures, NpmPackage emojibase, NpmPackage emojilib, int size, double fps, int files) {

    PreparationReport run(List<Path> places, Path out, Progress progress) throws IOException {
        long start = System.nanoTime();
        AtomicFiles.requireWritable(out.resolve(ClipStoreFiles.DATASET));
        List<NpmPackage> all = Stream.concat(pictures.stream(), Stream.of(emojibase, emojilib)).toList();
        List<Path> tarballs = new ArrayList<>();
        for (NpmPackage each : all) {
            progress.update(tarballs.size(), all.size(), "checking packages");
            tarballs.add(each.resolve(places, out.resolve("packages")));
        }
        progress.update(tarballs.size(), all.size(), "checking packages");

        ExistingClipStore stored = ExistingClipStore.of(out, recipe());
        DatasetInfo info = stored != null ? stored.info() : decode(tarballs.subList(0, pictures.size()), out, all, progress);
        List<PreparationReport.Skipped> skipped = new ArrayList<>(ClipStoreFiles.readLines(out.resolve(ClipStoreFiles.SKIPPED),
                PreparationReport.Skipped.class));
        List<ClipEntry> entries = ClipStoreFiles.readLines(out.resolve(ClipStoreFiles.CLIPS), ClipEntry.class);
        EmojiNames names = EmojiNames.read(tarballs.get(pictures.size()), tarballs.get(pictures.size() + 1));
        List<ClipInfo> rows = EmojiManifest.of(entries, names, skipped);
        ClipStoreFiles.writeLines(out.resolve(ClipStoreFiles.MANIFEST), rows);
        AtomicFiles.writeString(out.resolve("LICENSE.txt"), EmojiLicence.TEXT);
        Json.write(out.resolve(ClipStoreFiles.DATASET), info); // last: with it the store counts as complete
        progress.update(rows.size(), entries.size(), "writing captions");
        return new PreparationReport(out, info.clips(), info.stills(), info.frames(), info.bytes(), info.digest(), stored != null,
                (System.nanoTime() - start) / 1e9, skipped, List.of());
    }

    private DatasetInfo decode(List<Path> tarballs, Path out, List<NpmPackage> sources, Progress progress) throws IOException {
        WebpClipDecoder decoder = new WebpClipDecoder(size, size, fps);
        try (ClipDecoding build = new ClipDecoding(out, files, progress)) {
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
