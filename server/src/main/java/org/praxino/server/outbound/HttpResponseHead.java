package org.praxino.server.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Status and headers of an HTTP response.
 *
 * @param headers by name in lower case; of a repeated one the last
 */
public record HttpResponseHead(int status, Map<String, String> headers) {
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_HEADERS = 200;

    /** Reads the status line alone. */
    public static int status(InputStream in) throws IOException {
        String[] words = line(in).split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("the response is not HTTP");
        }
        return Integer.parseInt(words[1]);
    }

    /** Reads up to the body. */
    static HttpResponseHead read(InputStream in) throws IOException {
        int status = status(in);
        var headers = new TreeMap<String, String>();
        for (int i = 0; i < MOST_HEADERS; i++) {
            String line = line(in);
            if (line.isEmpty()) {
                return new HttpResponseHead(status, headers);
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        throw new IOException("the response has more than " + MOST_HEADERS + " headers");
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
            if (line.size() > LONGEST_LINE) {
                throw new IOException("the response is not HTTP");
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
