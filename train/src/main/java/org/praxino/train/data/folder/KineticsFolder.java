package org.praxino.train.data.folder;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.PreparationReport.Skipped;

/**
 * Kinetics: CSV files with the columns {@code label, youtube_id, time_start, time_end} and perhaps {@code split}, and clips anywhere in the folder whose
 * names begin with {@code ID_START_END} (six digits each) or are the ID. Rows whose clip is missing are skipped: parts of Kinetics are always gone.
 */
final class KineticsFolder {
    private KineticsFolder() {}

    static FolderListing read(Path root, Path out) {
        MediaTree tree = MediaTree.of(root, out);
        Map<String, String> byStem = new HashMap<>();
        for (String file : tree.files()) {
            if (FolderLayout.MEDIA.contains(FolderCaptions.extension(file))) {
                String name = file.substring(file.lastIndexOf('/') + 1);
                byStem.putIfAbsent(name.substring(0, name.lastIndexOf('.')), file);
            }
        }
        var skipped = new ArrayList<>(tree.skipped());
        var clips = new LinkedHashMap<String, FolderListing.Listed>();
        var classes = new TreeSet<String>();
        List<String> lists = tree.files().stream().filter(f -> FolderCaptions.extension(f).equals("csv")).toList();
        if (lists.isEmpty()) {
            throw new UserException(root + " holds no .csv: Kinetics has its labels in one, with the columns label and youtube_id");
        }
        for (String list : lists) {
            rows(tree, list, byStem, clips, classes, skipped);
        }
        return new FolderListing(clips, List.copyOf(classes), skipped);
    }

    private static void rows(MediaTree tree, String list, Map<String, String> files, Map<String, FolderListing.Listed> clips, TreeSet<String> classes,
            List<Skipped> skipped) {
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).setIgnoreHeaderCase(true).get();
        Path path = tree.root().resolve(list);
        try (Reader reader = Files.newBufferedReader(path); var parser = format.parse(reader)) {
            if (!parser.getHeaderMap().containsKey("label") || !parser.getHeaderMap().containsKey("youtube_id")) {
                skipped.add(new Skipped(list, "its first line does not name the columns label and youtube_id"));
                return;
            }
            for (CSVRecord row : parser) {
                String where = list + " line " + parser.getCurrentLineNumber();
                String label = row.isSet("label") ? row.get("label").strip() : "";
                String id = row.isSet("youtube_id") ? row.get("youtube_id").strip() : "";
                if (label.isEmpty() || id.isEmpty()) {
                    skipped.add(new Skipped(where, "it has no label or no youtube_id"));
                    continue;
                }
                String file = file(row, id, files);
                if (file == null) {
                    skipped.add(new Skipped(where, "there is no clip of " + id));
                    continue;
                }
                classes.add(label);
                clips.put(file, new FolderListing.Listed(List.of(label), label, split(row, list), new ClipOrigin.Single(tree.root().resolve(file))));
            }
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        } catch (IllegalArgumentException | java.io.UncheckedIOException e) {
            throw new UserException(path + " is not readable CSV: its first line must name the columns, each once", e);
        }
    }

    private static @Nullable String file(CSVRecord row, String id, Map<String, String> files) {
        String exact = row.isSet("time_start") && row.isSet("time_end") ? id + "_" + padded(row.get("time_start")) + "_" + padded(row.get("time_end")) : id;
        return files.getOrDefault(exact, files.get(id));
    }

    private static String padded(String seconds) {
        try {
            return String.format(Locale.ROOT, "%06d", (long) Double.parseDouble(seconds));
        } catch (NumberFormatException e) {
            return seconds;
        }
    }

    /** By the column, else by the name of the list; test and validation are held out. */
    private static ClipInfo.@Nullable Split split(CSVRecord row, String list) {
        String said = (row.isSet("split") ? row.get("split") : list.substring(list.lastIndexOf('/') + 1)).toLowerCase(Locale.ROOT);
        return said.contains("val") || said.contains("test") ? ClipInfo.Split.HELD_OUT : said.contains("train") ? ClipInfo.Split.TRAIN : null;
    }
}
