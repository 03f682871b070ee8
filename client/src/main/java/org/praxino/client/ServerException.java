package org.praxino.client;

/** The server rejected a request or could not be reached. */
public final class ServerException extends RuntimeException {
    private final int status;
    private final String code;
    private final int retryAfter;

    ServerException(int status, String code, String message, int retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    ServerException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
        this.code = "unreachable";
        this.retryAfter = 0;
    }

    /** Of the answer; 0 when there was none. */
    public int status() {
        return status;
    }

    /** The word for programs, as docs/server.md lists them. */
    public String code() {
        return code;
    }

    /** Seconds after which to try again; 0 when the server did not say. */
    public int retryAfter() {
        return retryAfter;
    }
}
