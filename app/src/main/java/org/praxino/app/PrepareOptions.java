package org.praxino.app;

import java.nio.file.Path;
import org.praxino.train.data.folder.LongCaptions;
import org.praxino.train.data.folder.SmallFiles;

/**
 * Options for building a training set from a folder.
 *
 * @param source the folder with clips and captions
 * @param out folder of the set
 * @param shape of its clips
 * @param longCaptions what becomes of captions that are too long for the text encoder
 * @param smallFiles what becomes of small pictures and short videos
 */
record PrepareOptions(Path source, Path out, ClipShapeOptions shape, LongCaptions longCaptions, SmallFiles smallFiles) {}
