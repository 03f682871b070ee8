package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;
import org.praxino.train.data.PreparationReport;

/**
 * The captioned files of a folder, recursively.
 *
 * <p>A list {@code captions.csv}, {@code captions.jsonl}, {@code metadata.csv} or {@code metadata.jsonl} in the folder comes first (see
 * {@link CaptionFile}); a file it does not name takes its captions from a text file of the same name, {@code clip.txt} beside {@code
 * clip.mp4}, a wording a line. {@link MediaTree} says which files there are.
 *
 * @param byFile wordings by path relative to the folder, in the order of the paths
 * @param skipped files and lines that cannot be used
 */
record FolderCaptions(Map<String, List<String>> byFile, List<PreparationReport.Skipped> skipped) {

    /** Endings of text files beside pictures and videos, in order of priority; any case. */
    private static final List<String> BESIDE = List.of("txt", "caption");

    private static final Set<String> TEXT = Set.of("txt", "caption", "csv", "jsonl", "json", "md");

    static FolderCaptions read(Path folder, Path out) {
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + " is not a folder.");
        }
        MediaTree tree = MediaTree.of(folder, out);
        List<PreparationReport.Skipped> skipped = new ArrayList<>(tree.skipped());
        Map<String, List<String>> captions = new TreeMap<>();
        for (String list : CaptionFile.NAMES) {
            tree.files().stream().filter(list::equalsIgnoreCase).forEach(file -> fromList(tree, file, captions, skipped));
        }
        Map<String, String> texts = texts(tree);
        for (String file : tree.files()) {
            if (!captions.containsKey(file) && !TEXT.contains(extension(file))) {
                beside(tree, file, texts.get(stem(file)), captions, skipped);
            }
        }
        captions.replaceAll((file, wordings) -> wordings.stream().distinct().toList());
        return new FolderCaptions(new LinkedHashMap<>(captions), List.copyOf(skipped));
    }

    private static void fromList(MediaTree tree, String list, Map<String, List<String>> captions, List<PreparationReport.Skipped> skipped) {
        for (CaptionFile.Row row : CaptionFile.read(tree.root().resolve(list))) {
            String where = list + " line " + row.line();
            if (!row.problem().isEmpty()) {
                skipped.add(new PreparationReport.Skipped(where, row.problem()));
                continue;
            }
            try {
                captions.computeIfAbsent(tree.find(row.file()), f -> new ArrayList<>()).addAll(row.captions());
            } catch (InvalidPathException e) {
                skipped.add(new PreparationReport.Skipped(where, row.file() + " is not a file name"));
            } catch (IOException e) {
                skipped.add(new PreparationReport.Skipped(where, String.valueOf(e.getMessage())));
            }
        }
    }

    /** Wordings of folders, from lists that name them, text files beside them, or files of the name {@code inside} in them. */
    static Map<String, List<String>> ofFolders(MediaTree tree, Set<String> folders, String inside, List<PreparationReport.Skipped> skipped) {
        Map<String, List<String>> captions = new TreeMap<>();
        for (String list : CaptionFile.NAMES) {
            tree.files().stream().filter(list::equalsIgnoreCase).flatMap(file -> CaptionFile.read(tree.root().resolve(file)).stream()).forEach(row -> {
                String folder = row.file().replace('\\', '/').replaceAll("/+$", "");
                if (folders.contains(folder)) {
                    captions.computeIfAbsent(folder, f -> new ArrayList<>()).addAll(row.captions());
                } else {
                    skipped.add(new PreparationReport.Skipped(list + " line " + row.line(), row.problem().isEmpty() ? "there is no folder " + folder : row.problem()));
                }
            });
        }
        Map<String, String> texts = texts(tree);
        for (String folder : folders) {
            String text = texts.getOrDefault(folder, tree.files().contains(folder + "/" + inside) ? folder + "/" + inside : null);
            if (!captions.containsKey(folder) && text != null) {
                beside(tree, folder, text, captions, skipped);
            }
        }
        captions.replaceAll((folder, wordings) -> wordings.stream().distinct().toList());
        return captions;
    }

    /** The text files by their paths without ending. */
    private static Map<String, String> texts(MediaTree tree) {
        Map<String, String> texts = new HashMap<>();
        for (String ending : BESIDE) {
            tree.files().stream().filter(f -> extension(f).equals(ending)).forEach(f -> texts.putIfAbsent(stem(f), f));
        }
        return texts;
    }

    private static void beside(MediaTree tree, String file, @Nullable String text, Map<String, List<String>> captions,
            List<PreparationReport.Skipped> skipped) {
        if (text == null) {
            if (FolderLayout.MEDIA.contains(extension(file))) {
                String wanted = stem(file).substring(file.lastIndexOf('/') + 1) + ".txt";
                skipped.add(new PreparationReport.Skipped(file, "it has no caption: write " + wanted + " beside it"));
            }
            return;
        }
        Path path = tree.root().resolve(text);
        try {
            List<String> wordings = Files.readAllLines(path).stream().map(FolderCaptions::clean).filter(l -> !l.isEmpty()).distinct().toList();
            if (wordings.isEmpty()) {
                skipped.add(new PreparationReport.Skipped(file, path.getFileName() + " is empty"));
            } else {
                captions.put(file, wordings);
            }
        } catch (CharacterCodingException e) {
            skipped.add(new PreparationReport.Skipped(file, path.getFileName() + " is not UTF-8 text"));
        } catch (IOException e) {
            skipped.add(new PreparationReport.Skipped(file, path.getFileName() + " cannot be read: " + e.getMessage()));
        }
    }

    /** Without byte-order mark and with single spaces. */
    static String clean(String line) {
        return line.replace("\uFEFF", "").strip().replaceAll("\\s+", " ");
    }

    private static String stem(String file) {
        String ending = extension(file);
        return ending.isEmpty() ? file : file.substring(0, file.length() - ending.length() - 1);
    }

    static String extension(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
