package org.praxino.app;

import java.nio.file.Path;
import org.praxino.train.data.folder.LongCaptions;

/**
 * Options for building a training set from a folder.
 *
 * @param source the folder with clips and captions
 * @param out folder of the set
 * @param shape of its clips
 * @param longCaptions what becomes of captions that are too long for the text encoder
 */
record PrepareOptions(Path source, Path out, ClipShapeOptions shape, LongCaptions longCaptions) {}
