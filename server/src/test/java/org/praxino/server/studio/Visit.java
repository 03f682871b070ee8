package org.praxino.server.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.browser.Chromium;
import org.praxino.server.browser.Page;
import tools.jackson.databind.JsonNode;

/** A browser's visit to the studio of a server, with what every visit must hold. */
final class Visit implements AutoCloseable {
    private static final Path PICTURES = Path.of("target", "screenshots");

    final Page page;

    Visit(Chromium browser) {
        page = browser.page();
        page.size(1280, 860, false);
        page.colours(true);
    }

    /** Skips the test where there is no browser. */
    static Chromium browser() {
        Optional<Path> program = Chromium.program();
        Assumptions.assumeTrue(program.isPresent(), "skipped: no Chromium was found on the path; name one in PRAXINO_CHROMIUM");
        return Chromium.start(program.get());
    }

    /** A server on a port of choice, so that it can come back at the same place. */
    static TestServer serve(Path data, int port, boolean keyNeeded, TestModel model) {
        return TestServer.start(data, c -> new ServerConfig(new ServerConfig.Bind("127.0.0.1", port, Set.of(), keyNeeded), data, null,
                c.limits(), c.hooks(), null, c.live()), model);
    }

    void open(TestServer s) {
        page.go(s.uri("/"));
        page.until("document.querySelector('#link').dataset.state === 'good'");
    }

    void picture(String name) {
        page.eval("scrollTo(0, 0)");
        page.screenshot(PICTURES.resolve(name + ".png"));
    }

    /** Whether nothing stands out of the window to the side. */
    void fits() {
        assertThat(page.eval("document.documentElement.scrollWidth - innerWidth").intValue()).as("pixels too wide").isLessThanOrEqualTo(0);
    }

    /** What a screen reader would call everything that can be used; none of it may be without a name. */
    void isLabelled() {
        var nameless = new ArrayList<String>();
        for (JsonNode node : page.send("Accessibility.getFullAXTree", Map.of()).get("nodes")) {
            String role = node.at("/role/value").asString("");
            boolean used = Set.of("button", "textbox", "searchbox", "slider", "spinbutton", "combobox", "checkbox", "radio", "link",
                    "progressbar", "img", "image")
                    .contains(role);
            if (used && !node.path("ignored").asBoolean(false) && node.at("/name/value").asString("").isBlank()) {
                nameless.add(node.toString());
            }
        }
        assertThat(nameless).isEmpty();
    }

    /** No errors, and nobody was asked but the server. */
    void wasClean(TestServer s) {
        assertThat(page.problems()).isEmpty();
        String own = URI.create("http://127.0.0.1:" + s.server.port()).toString();
        List<String> elsewhere = page.requests().stream().filter(r -> !r.startsWith(own + "/") && !r.startsWith("blob:") && !r.startsWith("data:")
                && !r.equals("about:blank")).toList();
        assertThat(elsewhere).isEmpty();
    }

    @Override
    public void close() {
        page.close();
    }
}
