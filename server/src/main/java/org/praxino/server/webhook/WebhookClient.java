package org.praxino.server.webhook;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.praxino.server.outbound.GuardedExchange;
import org.praxino.server.outbound.HttpResponseHead;
import org.praxino.server.outbound.SsrfGuard;

/** Posts deliveries. Does not follow redirects, reads only the status. */
final class WebhookClient implements AutoCloseable {
    private final GuardedExchange exchange;

    /** @param deadline of one exchange, from connecting to the status */
    WebhookClient(SsrfGuard guard, Duration deadline) {
        this.exchange = new GuardedExchange(guard, deadline);
    }

    /** @return the response status */
    int send(URI uri, Map<String, String> headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(GuardedExchange.head("POST", uri, "1.1"))
                .append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length).append("\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return exchange.call(uri, (out, in) -> {
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.flush();
            return HttpResponseHead.status(in);
        });
    }

    /** Aborts requests in progress. */
    @Override
    public void close() {
        exchange.close();
    }
}
