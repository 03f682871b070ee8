package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** What the hash chooses that is held out. */
    public enum HoldOut {
        /** Files: every caption and every class is trained. Files of the same pixels stay together. */
        FILES,
        /** Captions, with all files that have them: what is held out is never named in training. */
        CAPTIONS
    }

    /**
     * Options for converting files to clips.
     *
     * @param width of every frame, pixels
     * @param height of every frame, pixels
     * @param fps frames a second
     * @param fit how other shapes are brought to this one
     * @param maxSeconds of a video that are used
     * @param heldOut share of files or captions that training never sees, chosen by hash; of five or more of clips, and of stills, at least one
     * @param holdOut which of the two
     * @param longCaptions what becomes of captions that the text encoder cannot read to their end
     * @param smallFiles what becomes of small pictures and short videos
     * @param layout of the folder
     * @param officialSplit which of UCF-101's three splits
     */
    public record Options(int width, int height, double fps, Fit fit, double maxSeconds, double heldOut, HoldOut holdOut, LongCaptions longCaptions,
            SmallFiles smallFiles, FolderLayout layout, int officialSplit) {
        public Options {
            for (int side : new int[] {width, height}) {
                if (side < 8 || side > 2048) {
                    throw new ConfigException("size=" + side + " is not possible: give 8 to 2048 pixels.");
                }
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
            if (officialSplit < 1 || officialSplit > 3) {
                throw new ConfigException("officialSplit=" + officialSplit + " is none of UCF-101's: give 1, 2 or 3.");
            }
        }

        /** Squares of a folder with captions. */
        public Options(int size, double fps, Fit fit, double maxSeconds, double heldOut, LongCaptions longCaptions) {
            this(size, size, fps, fit, maxSeconds, heldOut, HoldOut.FILES, longCaptions, SmallFiles.KEEP, FolderLayout.CAPTIONS, 1);
        }

        /** Cropped to a square, the first minute of each video, 5 % of the files held out, captions that are too long left out. */
        public static Options of(int size, double fps) {
            return new Options(size, fps, Fit.CROP, 60, 0.05, LongCaptions.SKIP);
        }

        /** The same with another choice for captions that are too long. */
        public Options withLongCaptions(LongCaptions choice) {
            return new Options(width, height, fps, fit, maxSeconds, heldOut, holdOut, choice, smallFiles, layout, officialSplit);
        }

        /** The same with another choice for small files. */
        public Options withSmallFiles(SmallFiles choice) {
            return new Options(width, height, fps, fit, maxSeconds, heldOut, holdOut, longCaptions, choice, layout, officialSplit);
        }

        /** The same of a folder of another layout. */
        public Options withLayout(FolderLayout other) {
            return new Options(width, height, fps, fit, maxSeconds, heldOut, holdOut, longCaptions, smallFiles, other, officialSplit);
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
        FolderListing listing = options.layout().read(folder, out, options.officialSplit());
        List<PreparationReport.Skipped> skipped = new ArrayList<>(listing.skipped());
        List<PreparationReport.Skipped> notes = new ArrayList<>();
        Map<String, List<String>> all = new LinkedHashMap<>();
        listing.clips().forEach((file, clip) -> all.put(file, clip.captions()));
        Map<String, List<String>> wordings = options.longCaptions().applyTo(all, skipped, notes);
        if (wordings.isEmpty() && !all.isEmpty()) {
            throw new UserException("Nothing in " + folder + " can be used: " + skipped.getLast().file() + ": " + skipped.getLast().reason() + ".");
        }
        if (wordings.isEmpty()) {
            throw new NothingUsableException("Nothing in " + folder + " can be used: " + (options.layout() == FolderLayout.CAPTIONS
                    ? "no picture or video has a caption. Write clip.txt beside clip.mp4, or a captions.csv or captions.jsonl with file and caption."
                    : "it is not laid out as " + options.layout().name().toLowerCase(Locale.ROOT) + "."), skipped);
        }
        String recipe = recipe(listing, wordings.keySet(), options);
        ExistingClipStore stored = ExistingClipStore.of(out, recipe);
        DatasetInfo info = stored != null ? stored.info().withClasses(listing.classes()) : decode(folder, listing, out, wordings.keySet(), options, recipe, progress);
        // What an earlier run noted of captions is reported again; what it noted of pixels still holds.
        List<PreparationReport.Skipped> ofPixels = ClipStoreFiles.readLines(out.resolve(ClipStoreFiles.SKIPPED), PreparationReport.Skipped.class)
                .stream().filter(s -> wordings.containsKey(s.file())).toList();
        ofPixels.forEach(s -> (s.ofUsedFile() ? notes : skipped).add(s));
        List<ClipEntry> entries = ClipStoreFiles.readLines(out.resolve(ClipStoreFiles.CLIPS), ClipEntry.class);
        if (entries.isEmpty()) {
            throw new NothingUsableException("None of the " + wordings.size() + " captioned files in " + folder + " can be decoded.", skipped);
        }
        ClipStoreFiles.writeLines(out.resolve(ClipStoreFiles.SKIPPED), Stream.concat(skipped.stream(), ofPixels.stream().filter(PreparationReport.Skipped::ofUsedFile)).toList());
        ClipStoreFiles.writeLines(out.resolve(ClipStoreFiles.MANIFEST), rows(entries, listing, wordings, options));
        Json.write(out.resolve(ClipStoreFiles.DATASET), info); // last: with it the store counts as complete
        progress.update(entries.size(), entries.size(), "writing captions");
        return new PreparationReport(out, info.clips(), info.stills(), info.frames(), info.bytes(), info.digest(), stored != null,
                (System.nanoTime() - start) / 1e9, skipped, notes);
    }

    private static DatasetInfo decode(Path folder, FolderListing listing, Path out, Set<String> files, Options options, String recipe, Progress progress)
            throws IOException {
        VideoClipDecoder decoder = new VideoClipDecoder(options);
        try (ClipDecoding build = new ClipDecoding(out, files.size(), progress)) {
            for (String file : files) {
                ClipOrigin origin = listed(listing, file).origin();
                build.submit(file, () -> decoder.decode(file, origin));
            }
            ClipStoreWriter.Totals totals = build.finish();
            Path last = folder.toAbsolutePath().normalize().getFileName();
            String name = last == null ? "/" : last.toString();
            return new DatasetInfo(DatasetInfo.FORMAT, name, options.height(), options.width(), options.fps(), totals.clips(),
                    totals.stills(), totals.frames(), totals.bytes(), totals.digest(), recipe,
                    List.of(new DatasetInfo.Source("folder " + name, "")), "as the owner of the files says", "the owner of the files", listing.classes());
        }
    }

    private static FolderListing.Listed listed(FolderListing listing, String file) {
        return Objects.requireNonNull(listing.clips().get(file), file);
    }

    private static List<ClipInfo> rows(List<ClipEntry> entries, FolderListing listing, Map<String, List<String>> wordings, Options options) {
        // What the layout does not say is chosen: clips are scored, so some of them must be held out, and not stills alone.
        Map<String, String> strata = new LinkedHashMap<>();
        Map<String, String> keys = keys(entries, wordings, options.holdOut());
        for (ClipEntry e : entries) {
            if (listed(listing, e.file()).split() == null) {
                strata.merge(key(keys, e), e.frames() > 1 ? CLIPS : STILLS, (a, b) -> a.equals(CLIPS) ? a : b);
            }
        }
        Set<String> heldOut = options.heldOut() == 0 ? Set.of() : HeldOutSplit.choose(strata, options.heldOut(), LEAST_TO_HOLD_OUT);
        return entries.stream().map(e -> {
            List<String> captions = Objects.requireNonNull(wordings.get(e.file()));
            String first = captions.getFirst();
            FolderListing.Listed clip = listed(listing, e.file());
            String name = clip.className() == null ? first : clip.className();
            ClipInfo.Split split = clip.split() != null ? clip.split() : heldOut.contains(key(keys, e)) ? ClipInfo.Split.HELD_OUT : ClipInfo.Split.TRAIN;
            return new ClipInfo(e.file(), name, name, first, Map.of(), split, 1, List.of(first), captions, List.of());
        }).toList();
    }

    private static String key(Map<String, String> keys, ClipEntry entry) {
        return Objects.requireNonNull(keys.get(entry.file()));
    }

    /** What each file is held out by: its first caption, or the first of the files that have its pixels. */
    private static Map<String, String> keys(List<ClipEntry> entries, Map<String, List<String>> wordings, HoldOut by) {
        Map<String, String> firstOfPixels = new LinkedHashMap<>();
        entries.stream().sorted(Comparator.comparing(ClipEntry::file)).forEach(e -> firstOfPixels.putIfAbsent(e.sha256(), e.file()));
        return entries.stream().collect(Collectors.toMap(ClipEntry::file, e -> switch (by) {
            case FILES -> Objects.requireNonNull(firstOfPixels.get(e.sha256()));
            case CAPTIONS -> Objects.requireNonNull(wordings.get(e.file())).getFirst();
        }));
    }

    // Sizes and times stand for contents: hashing videos would take longer than asking again is worth.
    private static String recipe(FolderListing listing, Set<String> files, Options options) {
        StringBuilder text = new StringBuilder();
        for (String file : files) {
            try {
                text.append(file).append(' ').append(listed(listing, file).origin().stamp()).append('\n');
            } catch (IOException e) {
                throw FileErrors.reading(Path.of(file), e);
            }
        }
        return "folder, layout " + DatasetInfo.FORMAT + ", read " + READING + ", " + options.width() + "x" + options.height() + " " + options.fps() + " fps, "
                + options.fit() + ", at most " + options.maxSeconds() + " s, "
                + (options.smallFiles() == SmallFiles.SKIP ? "without small ones, " : "") + "files " + Sha256.ofText(text.toString()).substring(0, 16);
    }
}
