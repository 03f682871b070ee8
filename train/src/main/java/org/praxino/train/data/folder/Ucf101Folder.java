package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.praxino.io.FileErrors;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.PreparationReport.Skipped;

/**
 * UCF-101: {@code ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi}, anywhere in the folder, with its official lists {@code classInd.txt},
 * {@code trainlist0N.txt} and {@code testlist0N.txt}. Classes have the numbers of classInd.txt, less one.
 */
final class Ucf101Folder {
    private Ucf101Folder() {}

    static FolderListing read(Path root, Path out, int split) {
        MediaTree tree = MediaTree.of(root, out);
        Map<String, String> byEnd = new HashMap<>(); // CLASS/NAME.avi to the file
        for (String file : tree.files()) {
            String[] parts = file.split("/", -1);
            if (parts.length > 1 && FolderLayout.MEDIA.contains(FolderCaptions.extension(file))) {
                byEnd.put(parts[parts.length - 2] + "/" + parts[parts.length - 1], file);
            }
        }
        Map<Integer, String> numbered = new TreeMap<>();
        for (String line : lines(tree, "classInd.txt")) {
            String[] two = line.split("\\s+", 2);
            if (two.length != 2 || !two[0].matches("\\d{1,6}")) {
                throw new UserException("classInd.txt has the line \"" + line + "\", which is not a number and a class");
            }
            numbered.put(Integer.parseInt(two[0]), two[1].strip());
        }
        var clips = new LinkedHashMap<String, FolderListing.Listed>();
        var skipped = new java.util.ArrayList<>(tree.skipped());
        list(tree, "trainlist0" + split + ".txt", ClipInfo.Split.TRAIN, byEnd, numbered, clips, skipped);
        list(tree, "testlist0" + split + ".txt", ClipInfo.Split.HELD_OUT, byEnd, numbered, clips, skipped);
        return new FolderListing(clips, numbered.values().stream().map(ClassFolders::spoken).toList(), skipped);
    }

    private static void list(MediaTree tree, String name, ClipInfo.Split split, Map<String, String> files, Map<Integer, String> classes,
            Map<String, FolderListing.Listed> clips, List<Skipped> skipped) {
        int line = 0;
        for (String row : lines(tree, name)) {
            line++;
            String wanted = row.split("\\s+")[0];
            String folder = wanted.contains("/") ? wanted.substring(0, wanted.indexOf('/')) : "";
            String file = files.get(wanted);
            if (!classes.containsValue(folder)) {
                skipped.add(new Skipped(name + " line " + line, "classInd.txt has no class " + folder));
            } else if (file == null) {
                skipped.add(new Skipped(name + " line " + line, "there is no file " + wanted));
            } else {
                String spoken = ClassFolders.spoken(folder);
                clips.put(file, new FolderListing.Listed(List.of(spoken), spoken, split, new ClipOrigin.Single(tree.root().resolve(file))));
            }
        }
    }

    private static List<String> lines(MediaTree tree, String name) {
        String file = tree.files().stream().filter(f -> f.equals(name) || f.endsWith("/" + name)).findFirst().orElseThrow(() -> new UserException(tree.root()
                + " has no " + name + ": put the official lists of UCF-101 (ucfTrainTestlist) into it"));
        Path path = tree.root().resolve(Objects.requireNonNull(file));
        try {
            return Files.readAllLines(path).stream().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.toList());
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }
}
