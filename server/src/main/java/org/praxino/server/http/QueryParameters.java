package org.praxino.server.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Set;

/** Query parameters. */
final class QueryParameters {
    /** A short-lived token instead of a key. */
    static final String TOKEN = "token";

    private QueryParameters() {}

    /** Rejects unknown parameters, except {@link #TOKEN}, and repeated ones. */
    static void rejectUnknown(Context ctx, Set<String> known) {
        for (String name : ctx.queryParamMap().keySet()) {
            int times = ctx.queryParams(name).size();
            if (times != 1) {
                throw ApiError.invalid("invalid_value", name + " was given " + times + " times: give it once", name);
            }
            if (!known.contains(name) && !name.equals(TOKEN)) {
                throw ApiError.invalid("unknown_field", "the parameter " + name + " is not known; known here: "
                        + String.join(", ", known.stream().sorted().toList()), name);
            }
        }
    }

    static int integer(Context ctx, String name, int defaultValue, int min, int max) {
        String text = ctx.queryParam(name);
        if (text == null) {
            return defaultValue;
        }
        int value = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
        if (value < min || value > max) {
            throw ApiError.invalid("invalid_value", name + " must be a whole number from " + min + " to " + max, name);
        }
        return value;
    }

    static String choice(Context ctx, String name, String defaultValue, List<String> choices) {
        String text = ctx.queryParam(name);
        if (text == null) {
            return defaultValue;
        }
        if (!choices.contains(text)) {
            throw ApiError.invalid("invalid_value", name + " must be one of " + String.join(", ", choices), name);
        }
        return text;
    }
}
