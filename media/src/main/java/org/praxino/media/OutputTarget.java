package org.praxino.media;

import java.io.IOException;
import java.nio.file.Path;

/** A temporary output location. */
sealed interface OutputTarget permits OutputFileTarget, OutputFolderTarget {
    /** The file or folder to write to meanwhile. */
    Path working();

    /** Publishes the complete result. */
    void commit() throws IOException;

    /** Removes every trace. */
    void discard();
}
