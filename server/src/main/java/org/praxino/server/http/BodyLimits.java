package org.praxino.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Size limits and malformed bodies. */
final class BodyLimits {
    /** Bytes beyond the limit that are still read, so that the client receives the error response. */
    private static final long DRAIN_BYTES = 64L << 20;

    private BodyLimits() {}

    /** Rejects a body whose Content-Length is too large. */
    static void check(Context ctx, long max) throws IOException {
        long length = ctx.req().getContentLengthLong();
        if (length <= max) {
            return;
        }
        if (length <= max + DRAIN_BYTES) {
            ctx.req().getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        throw ApiError.tooLarge("the request has " + length + " bytes: the limit is " + max);
    }

    /** Copies a body of unknown length. */
    static void copy(InputStream in, OutputStream out, long max) throws IOException {
        var piece = new byte[1 << 16];
        long all = 0;
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
            all += n;
            if (all > max) {
                throw ApiError.tooLarge("the file has more than " + max + " bytes, the limit");
            }
            out.write(piece, 0, n);
        }
    }

    /** Whether an exception of the HTTP server means that the body is too large. */
    static boolean isTooLarge(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String m = String.valueOf(t.getMessage()).toLowerCase(java.util.Locale.ROOT);
            if (t instanceof HttpResponseException h && h.getStatus() == 413
                    || m.contains("max file size") || m.contains("max length exceeded") || m.contains("exceeds max") || m.contains("too large")) {
                return true;
            }
        }
        return false;
    }

    static boolean isMalformed(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String name = t.getClass().getSimpleName();
            if (name.equals("BadMessageException") || name.equals("EOFException") || t instanceof HttpResponseException h && h.getStatus() == 400) {
                return true;
            }
        }
        return false;
    }
}
