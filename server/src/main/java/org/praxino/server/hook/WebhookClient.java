package org.praxino.server.hook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A minimal HTTP client that posts to the address that {@link SsrfGuard} has checked; a general client would resolve the name again. Does
 * not follow redirects, reads only the status.
 */
final class WebhookClient {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 10_000;
    private static final int LONGEST_STATUS_LINE = 1024;

    private WebhookClient() {}

    /** @return the response status */
    static int send(URI uri, SsrfGuard guard, Map<String, String> headers, String body) throws IOException {
        InetAddress address = guard.resolve(uri);
        boolean secure = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            plain.setSoTimeout(READ_MILLIS);
            if (!secure) {
                return exchange(plain, uri, headers, body);
            }
            try (var socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(plain, SsrfGuard.host(uri), port, true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                if (!SsrfGuard.host(uri).matches("[0-9.]+|.*:.*")) {
                    parameters.setServerNames(List.of(new SNIHostName(SsrfGuard.host(uri))));
                }
                socket.setSSLParameters(parameters);
                return exchange(socket, uri, headers, body);
            }
        }
    }

    private static int exchange(Socket socket, URI uri, Map<String, String> headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String path = (uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        var head = new StringBuilder("POST ").append(path).append(" HTTP/1.1\r\n")
                .append("Host: ").append(uri.getRawAuthority()).append("\r\n")
                .append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length)
                .append("\r\nUser-Agent: praxino\r\nConnection: close\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        var out = socket.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
        return status(socket.getInputStream());
    }

    private static int status(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
            if (line.size() > LONGEST_STATUS_LINE) {
                break;
            }
        }
        String[] words = line.toString(StandardCharsets.US_ASCII).strip().split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("the answer is not HTTP");
        }
        return Integer.parseInt(words[1]);
    }
}
