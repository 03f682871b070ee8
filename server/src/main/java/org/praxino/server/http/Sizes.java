package org.praxino.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Bodies that are too large or broken. */
final class Sizes {
    /** So much more than allowed is still read, since a client that is cut off while it sends does not hear why. */
    private static final long POLITE = 64L << 20;

    private Sizes() {}

    /** Refuses a body that says beforehand that it is too large. */
    static void check(Context ctx, long most) throws IOException {
        long length = ctx.req().getContentLengthLong();
        if (length <= most) {
            return;
        }
        if (length <= most + POLITE) {
            ctx.req().getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        throw ApiError.tooLarge("the request has " + length + " bytes: the most is " + most);
    }

    /** Copies a body that need not have said how large it is. */
    static void copy(InputStream in, OutputStream out, long most) throws IOException {
        var piece = new byte[1 << 16];
        long all = 0;
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
            all += n;
            if (all > most) {
                throw ApiError.tooLarge("the file has more than " + most + " bytes, which is the most");
            }
            out.write(piece, 0, n);
        }
    }

    /** Whether that is what the layers below say. */
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
