package org.praxino.app;

import java.nio.file.Path;

/**
 * Options for building a training set from a folder.
 *
 * @param source the folder with clips and captions
 * @param out folder of the set
 * @param shape of its clips
 */
record PrepareOptions(Path source, Path out, ClipShapeOptions shape) {}
