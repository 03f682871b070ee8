package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;

/** The studio comes out of the jar, whole, and asks for nothing from elsewhere. */
class StudioRoutesTest {
    private static final Pattern IMPORT = Pattern.compile("from \"\\./([a-z-]+\\.js)\"|(?:src=|href=|Worker\\()\"/studio/([a-z-]+\\.[a-z]+)\"");

    @TempDir
    Path folder;

    @Test
    void everyFileThatThePageNamesIsThereAndNoOther() throws Exception {
        try (var s = TestServer.start(folder)) {
            var names = new TreeSet<String>();
            var left = new ArrayDeque<>(List.of("/", "/output"));
            while (!left.isEmpty()) {
                String name = left.pop();
                var file = s.get(name.startsWith("/") ? name : "/studio/" + name);
                assertThat(file.statusCode()).as(name).isEqualTo(200);
                String text = TestServer.text(file);
                assertThat(text.replace("http://www.w3.org/2000/svg", "")).as(name + " names no other place").doesNotContain("http://",
                        "https://", "innerHTML");
                var m = IMPORT.matcher(text);
                while (m.find()) {
                    String next = Objects.requireNonNullElse(m.group(1), m.group(2));
                    if (names.add(next)) {
                        left.push(next);
                    }
                }
            }
            Path sources = Path.of(Objects.requireNonNull(StudioRoutes.class.getResource("studio")).toURI());
            try (var all = Files.list(sources)) {
                assertThat(all.map(p -> p.getFileName().toString()).filter(n -> !n.endsWith(".html"))).containsExactlyInAnyOrderElementsOf(names);
            }
        }
    }

    @Test
    void thePageIsLockedDownAndIsSentOnce() {
        try (var s = TestServer.start(folder, c -> new ServerConfig(
                new ServerConfig.Bind("127.0.0.1", 0, Set.of(), true), c.data(), null, c.limits(), c.hooks(), null, c.live()), new TestModel())) {
            var page = s.get("/");
            assertThat(page.statusCode()).as("the page itself takes no key").isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
            assertThat(page.headers().allValues("Content-Security-Policy")).singleElement().asString()
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'").doesNotContain("unsafe");
            String etag = page.headers().firstValue("ETag").orElseThrow();
            assertThat(s.get("/", "If-None-Match", etag).statusCode()).isEqualTo(304);
            TestServer.error(s.get("/studio/none.js"), 404, "unknown_path");
            TestServer.error(s.get("/studio/index.html"), 404, "unknown_path");
            assertThat(s.get("/studio/..%2fopenapi.yaml").statusCode()).isIn(400, 404);
            assertThat(s.get("/v1/models").statusCode()).as("what it asks for does").isEqualTo(401);
        }
    }
}
