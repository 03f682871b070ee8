package org.praxino.train.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.praxino.io.FileErrors;
import org.praxino.tensor.UserException;

/**
 * The captioned files of a folder, recursively.
 *
 * <p>A list {@code captions.csv}, {@code captions.jsonl}, {@code metadata.csv} or {@code metadata.jsonl} in the folder comes first (see
 * {@link CaptionFile}); a file it does not name takes its captions from a text file of the same name, {@code clip.txt} beside {@code
 * clip.mp4}, a wording a line. Hidden files and the output folder are passed over.
 *
 * @param byFile wordings by path relative to the folder, in the order of the paths
 * @param skipped files and lines that cannot be used
 */
record FolderCaptions(Map<String, List<String>> byFile, List<PreparationReport.Skipped> skipped) {

    private static final Set<String> MEDIA = Set.of("mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "ogv", "y4m", "gif", "apng",
            "webp", "png", "jpg", "jpeg");
    private static final Set<String> TEXT = Set.of("txt", "csv", "jsonl", "json", "md");

    static FolderCaptions read(Path folder, Path out) {
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + " is not a folder.");
        }
        List<PreparationReport.Skipped> skipped = new ArrayList<>();
        Set<String> files = files(folder, out);
        Map<String, List<String>> captions = new TreeMap<>();
        for (String list : CaptionFile.NAMES) {
            if (Files.isRegularFile(folder.resolve(list))) {
                fromList(folder, list, captions, skipped);
            }
        }
        for (String file : files) {
            if (!captions.containsKey(file) && !TEXT.contains(extension(file))) {
                beside(folder, file, captions, skipped);
            }
        }
        return new FolderCaptions(new LinkedHashMap<>(captions), List.copyOf(skipped));
    }

    private static Set<String> files(Path folder, Path out) {
        Path hidden = out.toAbsolutePath().normalize();
        Set<String> files = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                Path relative = folder.relativize(path);
                boolean visible = true;
                for (Path part : relative) {
                    visible &= !part.toString().startsWith(".");
                }
                if (visible && Files.isRegularFile(path) && !path.toAbsolutePath().normalize().startsWith(hidden)) {
                    files.add(relative.toString().replace('\\', '/'));
                }
            }
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        } catch (java.io.UncheckedIOException e) {
            throw FileErrors.reading(folder, e.getCause());
        }
        return files;
    }

    private static void fromList(Path folder, String list, Map<String, List<String>> captions, List<PreparationReport.Skipped> skipped) {
        for (CaptionFile.Row row : CaptionFile.read(folder.resolve(list))) {
            String where = list + " line " + row.line();
            if (!row.problem().isEmpty()) {
                skipped.add(new PreparationReport.Skipped(where, row.problem()));
                continue;
            }
            String file;
            try {
                Path path = folder.resolve(row.file()).normalize();
                if (!path.startsWith(folder.normalize())) {
                    skipped.add(new PreparationReport.Skipped(where, row.file() + " lies outside of the folder"));
                    continue;
                }
                if (!Files.isRegularFile(path)) {
                    skipped.add(new PreparationReport.Skipped(where, "there is no file " + row.file()));
                    continue;
                }
                file = folder.normalize().relativize(path).toString().replace('\\', '/');
            } catch (InvalidPathException e) {
                skipped.add(new PreparationReport.Skipped(where, row.file() + " is not a file name"));
                continue;
            }
            captions.computeIfAbsent(file, f -> new ArrayList<>()).addAll(row.captions());
        }
    }

    private static void beside(Path folder, String file, Map<String, List<String>> captions, List<PreparationReport.Skipped> skipped) {
        String stem = file.substring(0, file.length() - extension(file).length()) + (extension(file).isEmpty() ? "." : "");
        Path upper = folder.resolve(stem + "TXT");
        Path text = Files.isRegularFile(upper) ? upper : folder.resolve(stem + "txt");
        boolean media = MEDIA.contains(extension(file));
        if (!Files.isRegularFile(text)) {
            if (media) {
                skipped.add(new PreparationReport.Skipped(file, "it has no caption: write " + text.getFileName() + " beside it"));
            }
            return;
        }
        try {
            List<String> wordings = Files.readAllLines(text).stream().map(FolderCaptions::clean).filter(l -> !l.isEmpty()).distinct().toList();
            if (wordings.isEmpty()) {
                skipped.add(new PreparationReport.Skipped(file, text.getFileName() + " is empty"));
            } else {
                captions.put(file, wordings);
            }
        } catch (CharacterCodingException e) {
            skipped.add(new PreparationReport.Skipped(file, text.getFileName() + " is not UTF-8 text"));
        } catch (IOException e) {
            skipped.add(new PreparationReport.Skipped(file, text.getFileName() + " cannot be read: " + e.getMessage()));
        }
    }

    /** Without byte-order mark and with single spaces. */
    static String clean(String line) {
        return line.replace("\uFEFF", "").strip().replaceAll("\\s+", " ");
    }

    private static String extension(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
