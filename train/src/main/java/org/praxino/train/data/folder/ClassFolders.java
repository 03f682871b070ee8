package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.PreparationReport.Skipped;

/**
 * A folder for each class, as ImageNet has them: {@code train/n01440764/x.JPEG}, {@code val/n01440764/y.JPEG}, or the class folders alone. Classes are
 * numbered in the order of their folders' names. A list {@code LOC_synset_mapping.txt}, {@code synset_words.txt} or {@code classes.txt} gives them
 * words: the folder's name, then what it shows.
 */
final class ClassFolders {
    private static final List<String> NAMES = List.of("LOC_synset_mapping.txt", "synset_words.txt", "classes.txt");
    private static final Map<String, ClipInfo.Split> SPLITS = Map.of("train", ClipInfo.Split.TRAIN, "val", ClipInfo.Split.HELD_OUT, "valid",
            ClipInfo.Split.HELD_OUT, "validation", ClipInfo.Split.HELD_OUT, "test", ClipInfo.Split.HELD_OUT);

    private ClassFolders() {}

    /** A file with the folder of its class. */
    private record Found(String file, String folder, ClipInfo.@Nullable Split split) {}

    static FolderListing read(Path root, Path out) {
        MediaTree tree = MediaTree.of(root, out);
        var skipped = new ArrayList<>(tree.skipped());
        var found = new ArrayList<Found>();
        var folders = new TreeSet<String>();
        for (String file : tree.files()) {
            if (!FolderLayout.MEDIA.contains(FolderCaptions.extension(file))) {
                continue;
            }
            String[] parts = file.split("/", -1);
            ClipInfo.Split split = parts.length > 1 ? SPLITS.get(parts[0].toLowerCase(Locale.ROOT)) : null;
            int at = split == null ? 0 : 1;
            if (parts.length < at + 2) {
                skipped.add(new Skipped(file, "it lies in no class folder"));
            } else {
                folders.add(parts[at]);
                found.add(new Found(file, parts[at], split));
            }
        }
        Map<String, String> names = distinct(folders, words(tree, skipped));
        var clips = new LinkedHashMap<String, FolderListing.Listed>();
        for (Found f : found) {
            String name = Objects.requireNonNull(names.get(f.folder));
            clips.put(f.file, new FolderListing.Listed(List.of(name), name, f.split, new ClipOrigin.Single(tree.root().resolve(f.file))));
        }
        return new FolderListing(clips, List.copyOf(names.values()), skipped);
    }

    /** Names by folder, in order; of two classes with the same words each has its folder's name added. */
    private static Map<String, String> distinct(TreeSet<String> folders, Map<String, String> words) {
        var names = new TreeMap<String, String>();
        for (String folder : folders) {
            String name = words.getOrDefault(folder, spoken(folder));
            long same = folders.stream().filter(f -> words.getOrDefault(f, spoken(f)).equals(name)).count();
            names.put(folder, same == 1 ? name : name + " (" + folder + ")");
        }
        return names;
    }

    private static Map<String, String> words(MediaTree tree, List<Skipped> skipped) {
        Map<String, String> words = new TreeMap<>();
        for (String list : NAMES) {
            if (!tree.files().contains(list)) {
                continue;
            }
            try {
                for (String line : Files.readAllLines(tree.root().resolve(list))) {
                    String[] two = line.strip().split("[\\s,]+", 2);
                    if (two.length == 2) {
                        words.putIfAbsent(two[0], two[1].strip());
                    } else if (!line.isBlank()) {
                        skipped.add(new Skipped(list, "the line \"" + line.strip() + "\" has no words after a folder's name"));
                    }
                }
            } catch (IOException e) {
                throw FileErrors.reading(tree.root().resolve(list), e);
            }
        }
        return words;
    }

    /** "ApplyEyeMakeup" and "apply_eye_makeup" are "apply eye makeup"; digits and letters stay together. */
    static String spoken(String folder) {
        String apart = folder.replaceAll("(?<=[a-z])(?=[A-Z])", " ").replaceAll("(?<=[A-Z])(?=[A-Z][a-z])", " ").replaceAll("[_-]+", " ");
        return apart.strip().toLowerCase(Locale.ROOT);
    }
}
