package org.praxino.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.praxino.server.content.ContentStore.Entry;

/** Sends a file: full, as a range, or not modified (RFC 9110, sections 13 and 14). */
final class ContentResponse {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final int PIECE = 1 << 16;

    /** First byte and one behind the last. */
    private record Part(long from, long to) {}

    private ContentResponse() {}

    /** @return bytes sent */
    static long send(Context ctx, Path file, Entry entry, String name) throws IOException {
        String etag = "\"" + entry.sha256() + "\"";
        ctx.header("ETag", etag);
        ctx.header("Accept-Ranges", "bytes");
        ctx.header("Cache-Control", "private, max-age=3600");
        ctx.header("Content-Disposition", "inline; filename=\"" + name + "\"");
        if (matches(ctx.header("If-None-Match"), etag)) {
            ctx.status(304);
            return 0;
        }
        ctx.contentType(entry.mediaType());
        String range = ctx.header("Range");
        String condition = ctx.header("If-Range");
        boolean partly = range != null && ctx.method() == HandlerType.GET && (condition == null || condition.equals(etag));
        Part part = partly ? part(range, entry.bytes()) : null;
        if (part == null) {
            return send(ctx, file, new Part(0, entry.bytes()));
        }
        if (part.from >= part.to) {
            ctx.header("Content-Range", "bytes */" + entry.bytes());
            ctx.status(416).contentType("application/json").result(
                    ApiError.invalid("invalid_range", "the file has " + entry.bytes() + " bytes", "Range").body());
            return 0;
        }
        ctx.status(206).header("Content-Range", "bytes " + part.from + "-" + (part.to - 1) + "/" + entry.bytes());
        return send(ctx, file, part);
    }

    private static boolean matches(@Nullable String wanted, String etag) {
        if (wanted == null) {
            return false;
        }
        for (String one : wanted.split(",")) {
            String plain = one.strip();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    /** Null for unsupported ranges, such as multiple ones: then the whole file is sent. */
    private static @Nullable Part part(String range, long length) {
        Matcher m = RANGE.matcher(range.strip());
        if (!m.matches() || m.group(1).isEmpty() && m.group(2).isEmpty()) {
            return null;
        }
        if (m.group(1).isEmpty()) {
            return new Part(Math.max(0, length - Long.parseLong(m.group(2))), length); // the last so many
        }
        long from = Long.parseLong(m.group(1));
        long to = m.group(2).isEmpty() ? length : Long.parseLong(m.group(2)) + 1;
        return !m.group(2).isEmpty() && to <= from ? null : new Part(from, Math.min(to, length));
    }

    private static long send(Context ctx, Path file, Part part) throws IOException {
        ctx.res().setContentLengthLong(part.to - part.from);
        if (ctx.method() == HandlerType.HEAD) {
            return 0;
        }
        try (FileChannel in = FileChannel.open(file)) {
            OutputStream out = ctx.outputStream();
            var buffer = ByteBuffer.allocate(PIECE);
            for (long at = part.from; at < part.to; ) {
                buffer.clear().limit((int) Math.min(PIECE, part.to - at));
                int n = in.read(buffer, at);
                if (n < 0) {
                    throw new IOException("the file ends early");
                }
                out.write(buffer.array(), 0, n);
                at += n;
            }
        }
        return part.to - part.from;
    }
}
