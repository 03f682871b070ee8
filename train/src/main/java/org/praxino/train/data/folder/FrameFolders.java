package org.praxino.train.data.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.praxino.train.data.PreparationReport.Skipped;

/**
 * A folder of pictures for each clip, in the order of their names (numbers by value), at the rate of the set. Its caption is in {@code clip.txt} beside
 * the folder {@code clip}, in a list that names the folder, or in {@code caption.txt} within it.
 */
final class FrameFolders {
    private static final String INSIDE = "caption.txt";

    private FrameFolders() {}

    static FolderListing read(Path root, Path out) {
        MediaTree tree = MediaTree.of(root, out);
        Map<String, List<String>> pictures = new TreeMap<>();
        for (String file : tree.files()) {
            int slash = file.lastIndexOf('/');
            if (slash > 0 && FolderLayout.MEDIA.contains(FolderCaptions.extension(file))) {
                pictures.computeIfAbsent(file.substring(0, slash), f -> new ArrayList<>()).add(file);
            }
        }
        var skipped = new ArrayList<>(tree.skipped());
        Map<String, List<String>> captions = FolderCaptions.ofFolders(tree, pictures.keySet(), INSIDE, skipped);
        var clips = new LinkedHashMap<String, FolderListing.Listed>();
        pictures.forEach((folder, files) -> {
            List<String> wordings = captions.get(folder);
            if (wordings == null) {
                skipped.add(new Skipped(folder, "it has no caption: write " + folder.substring(folder.lastIndexOf('/') + 1) + ".txt beside it, or " + INSIDE
                        + " into it"));
                return;
            }
            files.sort(FrameFolders::byNumber);
            clips.put(folder, new FolderListing.Listed(wordings, null, null, new ClipOrigin.Sequence(files.stream().map(tree.root()::resolve).toList())));
        });
        return new FolderListing(clips, List.of(), skipped);
    }

    /** frame2 before frame10. */
    private static int byNumber(String a, String b) {
        String[] x = a.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)", -1);
        String[] y = b.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)", -1);
        for (int i = 0; i < Math.min(x.length, y.length); i++) {
            boolean numbers = x[i].matches("\\d{1,18}") && y[i].matches("\\d{1,18}");
            int order = numbers ? Long.compare(Long.parseLong(x[i]), Long.parseLong(y[i])) : x[i].compareTo(y[i]);
            if (order != 0) {
                return order;
            }
        }
        return a.compareTo(b);
    }
}
