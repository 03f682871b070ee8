package org.praxino.io.pull;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** Messages for HTTP error responses. */
final class HttpErrors {
    private HttpErrors() {}

    /** Lets through what {@link HttpTransfer#get} returns. */
    static void check(HttpTransfer.Response response, URI url, ModelHub hub) throws IOException {
        int status = response.status();
        if (status == 200 || status == 206 || status == 416) {
            if (response.headers().firstValue("content-encoding").filter(e -> !e.equals("identity")).isPresent()) {
                response.close();
                throw new UserException(response.from().getHost() + " sends " + url + " compressed, though asked not to.");
            }
            return;
        }
        response.close();
        String host = response.from().getHost();
        switch (status) {
            case 401, 403 -> throw new UserException(host + " refuses " + url + " (" + status + "): " + (hub.tokenFor(url) == null
                    ? "accept the terms on the model's page if it has any, and put an access token into the environment variable " + ModelHub.TOKEN
                    : "the access token in the environment variable " + ModelHub.TOKEN + " does not open it") + ".");
            case 404, 410 -> throw new UserException(host + " does not have " + url + " (" + status + ").");
            case 407 -> throw new UserException("The proxy requires another user name and password: set them in the environment"
                    + " variable, as in HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.");
            case 408, 425, 429, 500, 502, 503, 504 -> throw new HttpTransfer.TransferException(
                    host + " answered " + status, retryAfter(response), null);
            default -> throw new UserException(host + " answered " + status + " to the request for " + url + ".");
        }
    }

    /** In seconds; a date is passed over. */
    private static @Nullable Duration retryAfter(HttpTransfer.Response response) {
        return response.headers().firstValue("retry-after").filter(v -> v.matches("\\d{1,4}"))
                .map(v -> Duration.ofSeconds(Long.parseLong(v))).orElse(null);
    }
}
