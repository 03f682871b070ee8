package org.praxino.io.pull;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * A file to download.
 *
 * @param url where from
 * @param to where to in the folder, with slashes
 * @param bytes its length, or -1 when only the server knows
 * @param sha256 its checksum, or null when only the server knows, if at all
 */
public record RemoteFile(URI url, String to, long bytes, @Nullable String sha256) {

    /** Whether what a user typed is an address rather than a name. */
    public static boolean isUrl(String text) {
        return text.contains("://");
    }

    /**
     * A file by its address; it keeps the last part of it as its name.
     *
     * @throws UserException when the address or the checksum is none
     */
    public static RemoteFile of(String url, @Nullable String sha256) {
        if (sha256 != null && !sha256.matches("[0-9a-fA-F]{64}")) {
            throw new UserException("\"" + sha256 + "\" is no SHA-256 checksum: it has 64 hexadecimal digits.");
        }
        URI uri = parse(url);
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new UserException(url + " does not end in the name of a file: give the address of one file.");
        }
        return new RemoteFile(uri, name, -1, sha256 == null ? null : sha256.toLowerCase(Locale.ROOT));
    }

    private static URI parse(String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // the same sentence
        }
        throw new UserException("\"" + url + "\" is no address of a file: use https://HOST/PATH.");
    }
}
