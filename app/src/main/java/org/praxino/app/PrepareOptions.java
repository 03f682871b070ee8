package org.praxino.app;

import java.nio.file.Path;

/**
 * What a training set is built from, when it is the user's own files.
 *
 * @param source the folder with clips and captions
 * @param out folder of the set
 * @param shape of its clips
 */
record PrepareOptions(Path source, Path out, ClipShape shape) {}
