package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.ApiKeyAdmin;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.access.KeyScope;

/** Behind a proxy that speaks TLS, set up as docs/operations.md says. */
class ProxyTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"response_format\": \"url\", \"num_inference_steps\": 1}";
    private static final String NAME = "video.example.org";

    @TempDir
    Path folder;

    private String key() {
        try (var box = ApiKeyAdmin.open(folder.resolve("data"), null)) {
            return box.keys().add("a", EnumSet.allOf(KeyScope.class), 10, 1000).text();
        }
    }

    private TestServer start(boolean needKey) {
        return TestServer.start(folder.resolve("data"), c -> new ServerConfig(new ServerConfig.Bind("127.0.0.1", 0, Set.of(), needKey), c.data(), null,
                c.limits(), c.hooks(), null), new TestModel());
    }

    private static String spoken(Socket socket, String method, String path, String host, String headers, String body) throws Exception {
        try (socket) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write((method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers
                    + (bytes.length == 0 ? "" : "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n")
                    + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What a proxy sends, without a proxy. */
    @Test
    void otherNamesAreAnsweredWhereAKeyIsNeeded() throws Exception {
        String proxied = "X-Forwarded-Proto: https\r\nOrigin: https://" + NAME + "\r\n";
        try (var s = start(false)) {
            int port = s.server.port();
            assertThat(spoken(new Socket("127.0.0.1", port), "GET", "/v1/videos", NAME, "", "")).startsWith("HTTP/1.1 403").contains("unknown_host");
            assertThat(spoken(new Socket("127.0.0.1", port), "GET", "/v1/videos", "127.0.0.2:" + port, "", "")).startsWith("HTTP/1.1 200");
            assertThat(spoken(new Socket("127.0.0.1", port), "GET", "/healthz", NAME, "", "")).startsWith("HTTP/1.1 200");
        }
        String authorized = "Authorization: Bearer " + key() + "\r\n";
        for (boolean needKey : new boolean[] {false, true}) {
            try (var s = start(needKey)) {
                int port = s.server.port();
                assertThat(spoken(new Socket("127.0.0.1", port), "GET", "/v1/videos", NAME, proxied, "")).startsWith("HTTP/1.1 401");
                assertThat(spoken(new Socket("127.0.0.1", port), "GET", "/v1/videos", NAME, proxied + authorized, "")).startsWith("HTTP/1.1 200");
                assertThat(spoken(new Socket("127.0.0.1", port), "GET", "/v1/videos", NAME, "Origin: https://evil.example.org\r\n" + authorized, ""))
                        .startsWith("HTTP/1.1 403").contains("unknown_origin");
                assertThat(spoken(new Socket("127.0.0.1", port), "POST", "/v1/images/generations", NAME, proxied + authorized, SMALL))
                        .startsWith("HTTP/1.1 200").contains("\"https://" + NAME + "/v1/videos/");
            }
        }
    }

    @Test
    void theDocumentedProxyWorks() throws Exception {
        Optional<Path> nginx = Stream.concat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(p -> Path.of(p, "nginx")).filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(nginx.isPresent(), "nginx is not installed");
        String authorized = "Authorization: Bearer " + key() + "\r\n";
        try (var s = start(true)) {
            int port;
            try (var free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            SSLContext tls = certificate();
            String documented = Files.readString(Path.of("..", "docs", "tutorials", "operator.md")).replaceFirst("(?s).*```nginx\n(.*?)```.*", "$1");
            String block = documented.replace("443", "127.0.0.1:" + port).replace("127.0.0.1:8080", "127.0.0.1:" + s.server.port())
                    .replace("/etc/ssl/video.pem", folder.resolve("video.pem").toString())
                    .replace("/etc/ssl/video.key", folder.resolve("video.key").toString());
            Path configuration = Files.writeString(folder.resolve("nginx.conf"), "daemon off; worker_processes 1; pid " + folder.resolve("pid")
                    + "; error_log stderr;\nevents {}\nhttp { access_log off; client_body_temp_path " + folder.resolve("b") + "; proxy_temp_path "
                    + folder.resolve("p") + "; fastcgi_temp_path " + folder.resolve("f") + "; uwsgi_temp_path " + folder.resolve("u")
                    + "; scgi_temp_path " + folder.resolve("s") + ";\n" + block + "}\n");
            Process process = new ProcessBuilder(nginx.get().toString(), "-e", "stderr", "-p", folder.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("nginx.log").toFile()).start();
            try {
                TestServer.until("nginx listens", () -> {
                    assertThat(process.isAlive()).as(Files.readString(folder.resolve("nginx.log"))).isTrue();
                    try (var probe = new Socket("127.0.0.1", port)) {
                        return true;
                    } catch (java.io.IOException e) {
                        return false;
                    }
                });
                String host = NAME + ":" + port;
                String page = "Origin: https://" + host + "\r\n";
                assertThat(spoken(open(tls, port), "GET", "/", host, "", "")).startsWith("HTTP/1.1 200").contains("<html");
                assertThat(spoken(open(tls, port), "GET", "/v1/videos", host, page, "")).startsWith("HTTP/1.1 401");
                assertThat(spoken(open(tls, port), "GET", "/v1/videos", host, page + authorized, "")).startsWith("HTTP/1.1 200");
                assertThat(spoken(open(tls, port), "POST", "/v1/images/generations", host, page + authorized, SMALL)).startsWith("HTTP/1.1 200")
                        .contains("\"https://" + host + "/v1/videos/");
            } finally {
                process.destroy();
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static Socket open(SSLContext tls, int port) throws Exception {
        return tls.getSocketFactory().createSocket("127.0.0.1", port);
    }

    /** Writes a key and a certificate of its own, and gives a context that trusts whatever comes. */
    private SSLContext certificate() throws Exception {
        Path store = folder.resolve("store.p12");
        Process made = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "a", "-keyalg",
                "EC", "-dname", "CN=" + NAME, "-validity", "2", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "secret1")
                .redirectErrorStream(true).redirectOutput(folder.resolve("keytool.log").toFile()).start();
        assertThat(made.waitFor()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
        var keys = KeyStore.getInstance(store.toFile(), "secret1".toCharArray());
        write("video.key", "PRIVATE KEY", keys.getKey("a", "secret1".toCharArray()).getEncoded());
        write("video.pem", "CERTIFICATE", keys.getCertificate("a").getEncoded());
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        }}, null);
        return context;
    }

    private void write(String name, String what, byte[] bytes) throws Exception {
        Files.writeString(folder.resolve(name), "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + what + "-----\n");
    }
}
