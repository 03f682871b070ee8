package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.media.Fit;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipDecoding;
import org.praxino.train.data.ClipEntry;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStoreFiles;
import org.praxino.train.data.ClipStoreWriter;
import org.praxino.train.data.DatasetInfo;
import org.praxino.train.data.ExistingClipStore;
import org.praxino.train.data.HeldOutSplit;
import org.praxino.train.data.NothingUsableException;
import org.praxino.train.data.PreparationReport;
import org.praxino.train.data.compose.CompositionSettings;

/**
 * Prepares a data set from a folder of clips and images. {@link FolderCaptions} describes where captions come from. Unusable files are
 * skipped and listed with a reason. Train on it with {@link CompositionSettings#asIs}.
 */
public final class FolderDataset {

    /**
     * Options for converting files to clips.
     *
     * @param size height and width of every frame, pixels
     * @param fps frames a second
     * @param fit how other shapes are brought to a square
     * @param maxSeconds of a video that are used
     * @param heldOut share of captions that training never sees, chosen by hash; of five or more of clips, and of stills, at least one
     * @param longCaptions what becomes of captions that the text encoder cannot read to their end
     * @param smallFiles what becomes of small pictures and short videos
     */
    public record Options(int size, double fps, Fit fit, double maxSeconds, double heldOut, LongCaptions longCaptions, SmallFiles smallFiles) {
        public Options(int size, double fps, Fit fit, double maxSeconds, double heldOut, LongCaptions longCaptions) {
            this(size, fps, fit, maxSeconds, heldOut, longCaptions, SmallFiles.KEEP);
        }

        public Options {
            if (size < 8 || size > 2048) {
                throw new ConfigException("size=" + size + " is not possible: give 8 to 2048 pixels.");
            }
            if (!(fps > 0 && fps <= 120)) {
                throw new ConfigException("fps=" + fps + " is not possible: give a number above 0, up to 120.");
            }
            if (!(maxSeconds > 0 && maxSeconds <= 3600)) {
                throw new ConfigException("maxSeconds=" + maxSeconds + " is not possible: give a number above 0, up to 3600.");
            }
            if (!(heldOut >= 0 && heldOut < 1)) {
                throw new ConfigException("heldOut=" + heldOut + " is not a share from 0 to below 1.");
            }
        }

        /** Cropped to a square, the first minute of each video, 5 % held out, captions that are too long left out, small files kept. */
        public static Options of(int size, double fps) {
            return new Options(size, fps, Fit.CROP, 60, 0.05, LongCaptions.SKIP);
        }

        /** The same with another choice for captions that are too long. */
        public Options withLongCaptions(LongCaptions choice) {
            return new Options(size, fps, fit, maxSeconds, heldOut, choice, smallFiles);
        }

        /** The same with another choice for small files. */
        public Options withSmallFiles(SmallFiles choice) {
            return new Options(size, fps, fit, maxSeconds, heldOut, longCaptions, choice);
        }
    }

    /** Raised when the same file gives other pixels than before, so that sets are made again. 2: orientation, tiles, whole pictures. */
    private static final int READING = 2;
    /** Of fewer captions of a kind none is held out. */
    private static final int LEAST_TO_HOLD_OUT = 5;

    private static final String CLIPS = "clips";
    private static final String STILLS = "stills";

    private FolderDataset() {}

    /**
     * Makes or refreshes the store in {@code out}. When neither files nor options changed, only captions are written.
     *
     * @throws NothingUsableException when nothing in the folder can be used
     * @throws UserException when the folder cannot be read
     * @throws IOException when {@code out} cannot be written
     */
    public static PreparationReport prepare(Path folder, Path out, Options options, Progress progress) throws IOException {
        long start = System.nanoTime();
        AtomicFiles.requireWritable(out.resolve(ClipStoreFiles.DATASET));
        if (folder.toAbsolutePath().normalize().startsWith(out.toAbsolutePath().normalize())) {
            throw new UserException("The set cannot be made in " + out + ", because its files, " + folder + ", lie in there: name another folder");
        }
        FolderCaptions captions = FolderCaptions.read(folder, out);
        List<PreparationReport.Skipped> skipped = new ArrayList<>(captions.skipped());
        List<PreparationReport.Skipped> notes = new ArrayList<>();
        Map<String, List<String>> wordings = options.longCaptions().applyTo(captions.byFile(), skipped, notes);
        if (wordings.isEmpty() && !captions.byFile().isEmpty()) {
            throw new UserException("Nothing in " + folder + " can be used: " + skipped.getLast().file() + ": " + skipped.getLast().reason() + ".");
        }
        if (wordings.isEmpty()) {
            throw new NothingUsableException("Nothing in " + folder + " can be used: no picture or video has a caption. Write clip.txt beside"
                    + " clip.mp4, or a captions.csv or captions.jsonl with file and caption.", skipped);
        }
        String recipe = recipe(folder, wordings.keySet(), options);
        ExistingClipStore stored = ExistingClipStore.of(out, recipe);
        DatasetInfo info = stored != null ? stored.info() : decode(folder, out, wordings.keySet(), options, recipe, progress);
        // What an earlier run noted of captions is reported again; what it noted of pixels still holds.
        List<PreparationReport.Skipped> ofPixels = ClipStoreFiles.readLines(out.resolve(ClipStoreFiles.SKIPPED), PreparationReport.Skipped.class)
                .stream().filter(s -> wordings.containsKey(s.file())).toList();
        ofPixels.forEach(s -> (s.ofUsedFile() ? notes : skipped).add(s));
        List<ClipEntry> entries = ClipStoreFiles.readLines(out.resolve(ClipStoreFiles.CLIPS), ClipEntry.class);
        if (entries.isEmpty()) {
            throw new NothingUsableException("None of the " + wordings.size() + " captioned files in " + folder + " can be decoded.", skipped);
        }
        ClipStoreFiles.writeLines(out.resolve(ClipStoreFiles.SKIPPED), Stream.concat(skipped.stream(), ofPixels.stream().filter(PreparationReport.Skipped::ofUsedFile)).toList());
        ClipStoreFiles.writeLines(out.resolve(ClipStoreFiles.MANIFEST), rows(entries, wordings, options.heldOut()));
        Json.write(out.resolve(ClipStoreFiles.DATASET), info); // last: with it the store counts as complete
        progress.update(entries.size(), entries.size(), "writing captions");
        return new PreparationReport(out, info.clips(), info.stills(), info.frames(), info.bytes(), info.digest(), stored != null,
                (System.nanoTime() - start) / 1e9, skipped, notes);
    }

    private static DatasetInfo decode(Path folder, Path out, Set<String> files, Options options, String recipe, Progress progress)
            throws IOException {
        VideoClipDecoder decoder = new VideoClipDecoder(options);
        try (ClipDecoding build = new ClipDecoding(out, files.size(), progress)) {
            for (String file : files) {
                build.submit(file, () -> decoder.decode(file, folder.resolve(file)));
            }
            ClipStoreWriter.Totals totals = build.finish();
            Path last = folder.toAbsolutePath().normalize().getFileName();
            String name = last == null ? "/" : last.toString();
            return new DatasetInfo(DatasetInfo.FORMAT, name, options.size(), options.size(), options.fps(), totals.clips(),
                    totals.stills(), totals.frames(), totals.bytes(), totals.digest(), recipe,
                    List.of(new DatasetInfo.Source("folder " + name, "")), "as the owner of the files says", "the owner of the files");
        }
    }

    private static List<ClipInfo> rows(List<ClipEntry> entries, Map<String, List<String>> wordings, double heldOutShare) {
        Map<String, String> strata = new LinkedHashMap<>(); // clips are scored, so some of them must be held out, and not stills alone
        entries.forEach(e -> strata.merge(Objects.requireNonNull(wordings.get(e.file())).getFirst(), e.frames() > 1 ? CLIPS : STILLS,
                (a, b) -> a.equals(CLIPS) ? a : b));
        Set<String> heldOut = heldOutShare == 0 ? Set.of() : HeldOutSplit.choose(strata, heldOutShare, LEAST_TO_HOLD_OUT);
        return entries.stream().map(e -> {
            List<String> captions = Objects.requireNonNull(wordings.get(e.file()));
            String first = captions.getFirst();
            return new ClipInfo(e.file(), first, first, first, Map.of(), heldOut.contains(first) ? ClipInfo.Split.HELD_OUT : ClipInfo.Split.TRAIN,
                    1, List.of(first), captions, List.of());
        }).toList();
    }

    // Sizes and times stand for contents: hashing videos would take longer than asking again is worth.
    private static String recipe(Path folder, Set<String> files, Options options) {
        StringBuilder text = new StringBuilder();
        for (String file : files) {
            Path path = folder.resolve(file);
            try {
                text.append(file).append(' ').append(Files.size(path)).append(' ').append(Files.getLastModifiedTime(path).toMillis()).append('\n');
            } catch (IOException e) {
                throw FileErrors.reading(path, e);
            }
        }
        return "folder, layout " + DatasetInfo.FORMAT + ", read " + READING + ", " + options.size() + "x" + options.size() + " " + options.fps() + " fps, "
                + options.fit() + ", at most " + options.maxSeconds() + " s, "
                + (options.smallFiles() == SmallFiles.SKIP ? "without small ones, " : "") + "files " + Sha256.ofText(text.toString()).substring(0, 16);
    }
}
