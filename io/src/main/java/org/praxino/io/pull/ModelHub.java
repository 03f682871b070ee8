package org.praxino.io.pull;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * The site of the repositories, or a mirror.
 *
 * @param base address before {@code /ORGANISATION/NAME}
 * @param token access token, or null; it is sent to this site only
 */
public record ModelHub(URI base, @Nullable String token) {
    /** Environment variables that name a mirror and a token, as other programs use them. */
    public static final String MIRROR = "HF_ENDPOINT";

    public static final String TOKEN = "HF_TOKEN";
    private static final String OLD_TOKEN = "HUGGING_FACE_HUB_TOKEN";
    private static final String SITE = "https://huggingface.co";

    /**
     * The site that the environment configures.
     *
     * @param mirror address that overrides the environment's, or null
     * @throws UserException when the mirror is no address
     */
    public static ModelHub of(Map<String, String> environment, @Nullable String mirror) {
        String base = mirror != null ? mirror : environment.getOrDefault(MIRROR, "");
        String token = environment.getOrDefault(TOKEN, environment.getOrDefault(OLD_TOKEN, "")).strip();
        return new ModelHub(parse(base.isBlank() ? SITE : base.strip()), token.isEmpty() ? null : token);
    }

    private static URI parse(String base) {
        try {
            URI uri = new URI(base.replaceAll("/+$", ""));
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // the same sentence
        }
        throw new UserException("\"" + base + "\" is no address of a mirror: use https://HOST or https://HOST/PATH.");
    }

    /** The address of a file of a repository. */
    public URI file(String repo, String revision, String path) {
        return URI.create(base + "/" + repo + "/resolve/" + revision + "/" + path);
    }

    /** The token, when {@code uri} is on this site and uses https; else null. */
    @Nullable String tokenFor(URI uri) {
        boolean same = ModelHub.origin(uri).equals(ModelHub.origin(base));
        boolean closed = "https".equals(uri.getScheme()) || List.of("localhost", "127.0.0.1", "[::1]").contains(uri.getHost());
        return same && closed ? token : null;
    }

    static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }
}
