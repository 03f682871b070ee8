package org.praxino.train.data.folder;

/** What becomes of pictures and videos with a side shorter than the set's, and of videos with few frames. */
public enum SmallFiles {
    /** They are used, enlarged or held at their last frame, and named. */
    KEEP,
    /** They are left out. */
    SKIP
}
