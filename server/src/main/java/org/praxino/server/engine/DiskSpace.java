package org.praxino.server.engine;

import java.io.IOException;
import java.util.Locale;

/** Distinguishes a full disk, and other faults of the server's own files, from faults of a request. */
public final class DiskSpace {
    private DiskSpace() {}

    /** Whether something could not be written because the disk, or the quota on it, is full. */
    public static boolean isExhausted(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String m = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
            if (m.contains("no space left on device") || m.contains("the disk is full") || m.contains("disk quota") || m.contains("[sqlite_full")) {
                return true;
            }
        }
        return false;
    }

    /** Whether it comes from reading or writing a file of the server. */
    public static boolean isFileFault(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
