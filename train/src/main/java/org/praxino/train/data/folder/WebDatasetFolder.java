package org.praxino.train.data.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;
import org.praxino.train.data.PreparationReport.Skipped;

/**
 * WebDataset: tar archives, not compressed, in which files of one name belong together: {@code 000001.mp4} with {@code 000001.txt} (wordings),
 * {@code .json} (with the fields of caption lists) or {@code .cls} (the number or name of its class).
 */
final class WebDatasetFolder {
    private static final int LONGEST_TEXT = 1 << 20;

    private WebDatasetFolder() {}

    /** Parts of a sample. */
    private static final class Parts {
        private @Nullable String media;
        private final List<String> captions = new ArrayList<>();
        private @Nullable String className;
    }

    static FolderListing read(Path root, Path out) {
        MediaTree tree = MediaTree.of(root, out);
        var skipped = new ArrayList<>(tree.skipped());
        var clips = new LinkedHashMap<String, FolderListing.Listed>();
        var classes = new TreeSet<String>(WebDatasetFolder::byNumber);
        List<String> archives = tree.files().stream().filter(f -> FolderCaptions.extension(f).equals("tar")).toList();
        tree.files().stream().filter(f -> f.endsWith(".tar.gz") || f.endsWith(".tgz"))
                .forEach(f -> skipped.add(new Skipped(f, "a compressed archive cannot be read from the middle: unpack it to .tar")));
        if (archives.isEmpty()) {
            throw new UserException(root + " holds no .tar: WebDataset keeps its samples in such archives");
        }
        for (String archive : archives) {
            Map<String, Parts> samples = samples(tree.root().resolve(archive), archive, skipped);
            boolean labelled = samples.values().stream().anyMatch(p -> p.className != null);
            samples.forEach((key, parts) -> {
                String name = archive + "/" + key;
                if (parts.media == null) {
                    skipped.add(new Skipped(name, "it has no video or picture"));
                } else if (labelled && parts.className == null || !labelled && parts.captions.isEmpty()) {
                    skipped.add(new Skipped(name, labelled ? "it has no .cls" : "it has no .txt, .json or .cls with a caption"));
                } else {
                    List<String> captions = parts.captions.isEmpty() && parts.className != null ? List.of(parts.className) : parts.captions;
                    clips.put(name, new FolderListing.Listed(captions, parts.className, null, new ClipOrigin.InTar(tree.root().resolve(archive), parts.media)));
                    if (parts.className != null) {
                        classes.add(parts.className);
                    }
                }
            });
        }
        return new FolderListing(clips, List.copyOf(classes), skipped);
    }

    private static Map<String, Parts> samples(Path archive, String name, List<Skipped> skipped) {
        Map<String, Parts> samples = new LinkedHashMap<>();
        try (var tar = new TarFile(archive)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isFile()) {
                    add(tar, entry, samples, name, skipped);
                }
            }
        } catch (IOException e) {
            skipped.add(new Skipped(name, "it is no readable tar archive: " + e.getMessage()));
        }
        return samples;
    }

    private static void add(TarFile tar, TarArchiveEntry entry, Map<String, Parts> samples, String archive, List<Skipped> skipped) throws IOException {
        String path = entry.getName();
        int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
        if (dot < 0) {
            return;
        }
        Parts parts = samples.computeIfAbsent(path.substring(0, dot), k -> new Parts());
        String ending = FolderCaptions.extension(path);
        if (FolderLayout.MEDIA.contains(ending)) {
            parts.media = path;
        } else if (ending.equals("txt") || ending.equals("caption") || ending.equals("cls") || ending.equals("json")) {
            if (entry.getSize() > LONGEST_TEXT) {
                skipped.add(new Skipped(archive + "/" + path, "it has " + entry.getSize() + " bytes: at most " + LONGEST_TEXT + " are read"));
                return;
            }
            String text;
            try (InputStream in = tar.getInputStream(entry)) {
                text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            switch (ending) {
                case "cls" -> parts.className = text.strip();
                case "json" -> {
                    try {
                        CaptionFile.captions(text, path).forEach(c -> addCaption(parts, c));
                    } catch (UserException e) {
                        skipped.add(new Skipped(archive + "/" + path, "it is not JSON with a caption"));
                    }
                }
                default -> text.lines().forEach(c -> addCaption(parts, c));
            }
        }
    }

    private static void addCaption(Parts parts, String caption) {
        String clean = FolderCaptions.clean(caption);
        if (!clean.isEmpty() && !parts.captions.contains(clean)) {
            parts.captions.add(clean);
        }
    }

    /** Numbers by value, then names. */
    private static int byNumber(String a, String b) {
        boolean numbers = a.matches("\\d{1,9}") && b.matches("\\d{1,9}");
        return numbers && Integer.parseInt(a) != Integer.parseInt(b) ? Integer.compare(Integer.parseInt(a), Integer.parseInt(b)) : a.compareTo(b);
    }
}
