package org.praxino.media;

import java.io.IOException;
import java.nio.file.Path;

/** Where output goes until it is whole. */
sealed interface Target permits TargetFile, TargetFolder {
    /** The file or folder to write to meanwhile. */
    Path working();

    /** Puts the whole result in its place. */
    void commit() throws IOException;

    /** Removes every trace. */
    void discard();
}
