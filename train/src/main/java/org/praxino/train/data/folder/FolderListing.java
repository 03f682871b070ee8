package org.praxino.train.data.folder;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.PreparationReport;

/**
 * The clips of a folder with what its layout says of them.
 *
 * @param clips by name, in order
 * @param classes names by number; empty for a layout without classes
 * @param skipped files, folders and lines that cannot be used
 */
record FolderListing(Map<String, Listed> clips, List<String> classes, List<PreparationReport.Skipped> skipped) {
    /**
     * A clip.
     *
     * @param captions wordings, at least one
     * @param className one of the listing's classes, or null
     * @param split that the layout fixes, or null for a choice by hash
     * @param origin of its frames
     */
    record Listed(List<String> captions, @Nullable String className, ClipInfo.@Nullable Split split, ClipOrigin origin) {}
}
