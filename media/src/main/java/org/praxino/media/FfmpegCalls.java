package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Helpers for FFmpeg calls: error codes, dictionaries, log level. */
final class FfmpegCalls {
    static {
        // Its remarks go to standard error line by line; what matters comes back as error codes.
        av_log_set_level(AV_LOG_QUIET);
        NativeEnvironment.setDefault("SVT_LOG", "0"); // SVT-AV1 does not log through FFmpeg; 0 logs fatal errors only
    }

    private FfmpegCalls() {}

    /** An FFmpeg call that failed, with FFmpeg's own words; callers turn it into a sentence about a file. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1;
        final int code;

        Failure(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    /** Makes sure that the libraries are loaded and quiet. */
    static void load() {}

    /** Returns the code when it is not an error. */
    static int check(int code) throws Failure {
        if (code < 0) {
            throw new Failure(code, reason(code));
        }
        return code;
    }

    /** Returns the object that FFmpeg allocated, or reports that it could not. */
    static <P extends Pointer> P allocated(P pointer) {
        if (pointer == null || pointer.isNull()) {
            throw new OutOfMemoryError("FFmpeg could not allocate memory");
        }
        return pointer;
    }

    static String reason(int code) {
        var text = new byte[256];
        av_strerror(code, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** A dictionary that the caller frees. */
    static AVDictionary dictionary(Map<String, String> entries) {
        var dictionary = new AVDictionary(null);
        entries.forEach((key, value) -> {
            try (var k = utf8(key); var v = utf8(value)) {
                av_dict_set(dictionary, k, v, 0);
            }
        });
        return dictionary;
    }

    /** The address of a local file, and of nothing else: no name is ever taken for a network address or a pattern. */
    static BytePointer fileUrl(Path path) {
        return utf8("file:" + path.toAbsolutePath());
    }

    static BytePointer utf8(String text) {
        return new BytePointer(text, StandardCharsets.UTF_8);
    }
}
