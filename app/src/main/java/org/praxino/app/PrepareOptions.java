package org.praxino.app;

import java.nio.file.Path;
import org.praxino.train.data.folder.FolderDataset;

/**
 * Options for building a training set from a folder.
 *
 * @param source the folder with clips and captions
 * @param out folder of the set
 * @param how its files become clips
 */
record PrepareOptions(Path source, Path out, FolderDataset.Options how) {}
