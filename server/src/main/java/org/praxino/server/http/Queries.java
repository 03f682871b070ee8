package org.praxino.server.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Set;

/** Parameters behind the question mark. */
final class Queries {
    /** A short-lived token in place of a key: what a page puts into an address. */
    static final String TOKEN = "token";

    private Queries() {}

    /** Refuses any other, but for {@link #TOKEN}. */
    static void only(Context ctx, Set<String> known) {
        for (String name : ctx.queryParamMap().keySet()) {
            if (!known.contains(name) && !name.equals(TOKEN)) {
                throw ApiError.invalid("unknown_field", "the parameter " + name + " is not known; known here: "
                        + String.join(", ", known.stream().sorted().toList()), name);
            }
        }
    }

    static int whole(Context ctx, String name, int otherwise, int least, int most) {
        String text = ctx.queryParam(name);
        if (text == null) {
            return otherwise;
        }
        int value = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
        if (value < least || value > most) {
            throw ApiError.invalid("invalid_value", name + " must be a whole number from " + least + " to " + most, name);
        }
        return value;
    }

    static String choice(Context ctx, String name, String otherwise, List<String> choices) {
        String text = ctx.queryParam(name);
        if (text == null) {
            return otherwise;
        }
        if (!choices.contains(text)) {
            throw ApiError.invalid("invalid_value", name + " must be one of " + String.join(", ", choices), name);
        }
        return text;
    }
}
