package org.praxino.server.live;

import org.jspecify.annotations.Nullable;

/** An error of the live protocol, with the codes of docs/realtime.md. */
public final class LiveError extends RuntimeException {
    private final String code;
    private final @Nullable String param;
    private final boolean fatal;

    private LiveError(String code, String message, @Nullable String param, boolean fatal) {
        super(message, null, false, false);
        this.code = code;
        this.param = param;
        this.fatal = fatal;
    }

    /** An error that leaves session and connection unchanged. */
    static LiveError of(String code, String message) {
        return new LiveError(code, message, null, false);
    }

    static LiveError at(String param, String code, String message) {
        return new LiveError(code, message, param, false);
    }

    /** An error that closes the connection. */
    static LiveError fatal(String code, String message) {
        return new LiveError(code, message, null, true);
    }

    static LiveError internal() {
        return fatal("internal_error", "something unexpected went wrong: the server's log has the details");
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public String code() {
        return code;
    }

    public @Nullable String param() {
        return param;
    }

    boolean isFatal() {
        return fatal;
    }
}
