package org.praxino.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;

/** An error response. */
final class ApiError extends RuntimeException {
    private static final int MAX_MESSAGE = 1000;
    private static final int MAX_PARAM = 100;

    private final int status;
    private final String type;
    private final String code;
    private final @Nullable String param;
    private final Map<String, Object> more = new LinkedHashMap<>();
    private int retryAfter;

    private ApiError(int status, String type, String code, String message, @Nullable String param) {
        super(bounded(message, MAX_MESSAGE), null, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param == null ? null : bounded(param, MAX_PARAM);
    }

    /** What a client sent may be long: it is not sent back whole. */
    private static String bounded(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }

    static ApiError invalid(String code, String message, @Nullable String param) {
        return new ApiError(400, "invalid_request_error", code, message, param);
    }

    static ApiError unauthenticated() {
        return new ApiError(401, "authentication_error", "invalid_api_key",
                "a valid key is needed: send the header Authorization: Bearer KEY", null);
    }

    static ApiError forbidden(String code, String message) {
        return new ApiError(403, "permission_error", code, message, null);
    }

    static ApiError notFound(String code, String message, @Nullable String param) {
        return new ApiError(404, "not_found_error", code, message, param);
    }

    static ApiError noMethod() {
        return new ApiError(405, "invalid_request_error", "method_not_allowed", "this path does not take that method", null);
    }

    /** 409: the request contradicts the state of the job, or an earlier request with the same idempotency key. */
    static ApiError conflict(String code, String message) {
        return new ApiError(409, "conflict_error", code, message, null);
    }

    static ApiError gone(String message) {
        return new ApiError(410, "not_found_error", "expired", message, null);
    }

    static ApiError tooLarge(String message) {
        return new ApiError(413, "invalid_request_error", "too_large", message, null);
    }

    static ApiError mediaType(String message) {
        return new ApiError(415, "invalid_request_error", "unsupported_media_type", message, null);
    }

    static ApiError doesNotFit(String message) {
        return new ApiError(422, "invalid_request_error", "does_not_fit", message, null);
    }

    static ApiError tooMany(String code, String message, int retryAfter) {
        return new ApiError(429, "rate_limit_error", code, message, null).retryAfter(retryAfter);
    }

    static ApiError internal() {
        return new ApiError(500, "server_error", "internal_error", "something unexpected went wrong: the server's log has the details", null);
    }

    static ApiError failed(String code, String message) {
        return new ApiError(500, "server_error", code, message, null);
    }

    static ApiError unavailable(String code, String message, int retryAfter) {
        return new ApiError(503, "overloaded_error", code, message, null).retryAfter(retryAfter);
    }

    static ApiError timeout(String message) {
        return new ApiError(504, "server_error", "still_working", message, null);
    }

    static ApiError full() {
        return new ApiError(507, "overloaded_error", "storage_full", "the server's room for finished videos is used up: delete some", null);
    }

    static ApiError diskFull() {
        return new ApiError(507, "overloaded_error", "storage_full", "the server's disk is full: delete some videos, or try again later", null);
    }

    private ApiError retryAfter(int seconds) {
        retryAfter = Math.max(1, seconds);
        return this;
    }

    /** Adds a member to the error object. */
    ApiError with(String name, Object value) {
        more.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    /** Seconds after which to try again, or 0. */
    int retryAfter() {
        return retryAfter;
    }

    String body() {
        var error = new LinkedHashMap<String, @Nullable Object>();
        error.put("type", type);
        error.put("code", code);
        error.put("message", getMessage());
        error.put("param", param);
        error.putAll(more);
        return Json.line(Map.of("error", error));
    }
}
