package org.praxino.train.data.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.praxino.tensor.UserException;

/** How a folder of training data is laid out. */
public enum FolderLayout {
    /** Captions beside the files or in one list. */
    CAPTIONS,
    /** A folder for each class, under train and val or without: ImageNet. */
    CLASSES,
    /** A folder for each class, with trainlist01.txt, testlist01.txt and classInd.txt: UCF-101. */
    UCF101,
    /** A CSV of label, youtube_id, time_start, time_end and split, with clips named after them: Kinetics. */
    KINETICS,
    /** Tar archives whose files of one name belong together: WebDataset. */
    WEBDATASET,
    /** Folders of numbered pictures, a folder for each clip, with captions as in the first layout. */
    FRAMES;

    /** Videos, pictures and moving pictures, by the ending of their names. */
    static final java.util.Set<String> MEDIA = java.util.Set.of("mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "ogv", "y4m", "gif", "apng",
            "webp", "png", "jpg", "jpeg", "heic", "heif", "avif");

    /** @param out folder of the set, which may lie in the folder and is left out @param officialSplit 1 to 3, of UCF-101 */
    FolderListing read(Path folder, Path out, int officialSplit) {
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + " is not a folder.");
        }
        return switch (this) {
            case CAPTIONS -> captions(folder, out);
            case CLASSES -> ClassFolders.read(folder, out);
            case UCF101 -> Ucf101Folder.read(folder, out, officialSplit);
            case KINETICS -> KineticsFolder.read(folder, out);
            case WEBDATASET -> WebDatasetFolder.read(folder, out);
            case FRAMES -> FrameFolders.read(folder, out);
        };
    }

    private static FolderListing captions(Path folder, Path out) {
        FolderCaptions captions = FolderCaptions.read(folder, out);
        var clips = new LinkedHashMap<String, FolderListing.Listed>();
        captions.byFile().forEach((file, wordings) ->
                clips.put(file, new FolderListing.Listed(wordings, null, null, new ClipOrigin.Single(folder.resolve(file)))));
        return new FolderListing(clips, List.of(), captions.skipped());
    }
}
