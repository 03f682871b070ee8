package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.praxino.io.Sha256;

/** Serves the studio's page, scripts and styles from the jar, without authentication. */
final class StudioRoutes {
    /** Valid file names; prevents path traversal. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,40}\\.(css|js|svg)");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8", "css", "text/css;charset=utf-8", "js", "text/javascript;charset=utf-8", "svg", "image/svg+xml");

    /** Content security policy: no external or inline resources; images may be blobs and data URLs. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private StudioRoutes() {}

    static void add(ApiRouter api) {
        api.get("/", null, (ctx, caller) -> send(ctx, "index.html"));
        api.get("/output", null, (ctx, caller) -> send(ctx, "output.html"));
        api.get("/studio/{file}", null, (ctx, caller) -> file(ctx, ctx.pathParam("file")));
    }

    private static void file(Context ctx, String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw ApiError.notFound("unknown_path", "the studio has no file of that name", null);
        }
        send(ctx, name);
    }

    private static void send(Context ctx, String name) throws IOException {
        try (var in = StudioRoutes.class.getResourceAsStream("studio/" + name)) {
            if (in == null) {
                throw ApiError.notFound("unknown_path", "the studio has no file " + name, null);
            }
            byte[] bytes = in.readAllBytes();
            String etag = "\"" + Sha256.ofBytes(bytes) + "\"";
            ctx.header("Content-Security-Policy", POLICY)
                    .header("Permissions-Policy", "camera=(self), display-capture=(self), microphone=(), geolocation=()")
                    .header("Cross-Origin-Opener-Policy", "same-origin")
                    .header("Cache-Control", "no-cache")
                    .header("ETag", etag);
            if (etag.equals(ctx.header("If-None-Match"))) {
                ctx.status(304);
                return;
            }
            ctx.contentType(TYPES.get(name.substring(name.lastIndexOf('.') + 1))).result(bytes);
        }
    }
}
