package org.praxino.server.http;

import io.javalin.http.HttpResponseException;

/** What the layers below say when a body is too large or broken. */
final class Sizes {
    private Sizes() {}

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
