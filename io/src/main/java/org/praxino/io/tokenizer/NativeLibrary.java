package org.praxino.io.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import org.jspecify.annotations.Nullable;
import org.praxino.io.CacheFolder;

/**
 * Loads the tokenizer library once: the CPU build out of its own jar, unpacked into Praxino's cache folder. By default the wrapper would
 * unpack into the home folder, search the network for a CUDA build where it sees a GPU, and report its use to its
 * maker; settings the embedding program has made itself are respected.
 */
final class NativeLibrary {

    private static boolean loaded;

    private NativeLibrary() {}

    static synchronized void load() {
        if (loaded) {
            return;
        }
        if (System.getProperty("OPT_OUT_TRACKING") == null) {
            System.setProperty("OPT_OUT_TRACKING", "true"); // read at every use, so it stays
        }
        @Nullable String cache = setUnlessSet("ENGINE_CACHE_DIR", CacheFolder.root().resolve("native").toString());
        @Nullable String flavor = setUnlessSet("RUST_FLAVOR", "cpu");
        try {
            LibUtils.checkStatus();
            loaded = true;
        } finally {
            restore("ENGINE_CACHE_DIR", cache);
            restore("RUST_FLAVOR", flavor);
        }
    }

    private static @Nullable String setUnlessSet(String key, String value) {
        @Nullable String before = System.getProperty(key);
        if (before == null) {
            System.setProperty(key, value);
        }
        return before;
    }

    private static void restore(String key, @Nullable String before) {
        if (before == null) {
            System.clearProperty(key);
        }
    }
}
