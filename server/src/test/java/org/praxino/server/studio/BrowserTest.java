package org.praxino.server.studio;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TestServer;
import org.praxino.server.browser.Chromium;

/** A person in front of a browser: one browser for all tests of a class, one visit and, as soon as it is asked for, one server for each. */
abstract class BrowserTest {
    private static @Nullable Chromium browser;

    @TempDir
    Path folder;

    /** Closed after the test. */
    @Nullable TestServer server;

    private @Nullable Visit visit;

    @BeforeAll
    static void start() {
        browser = Visit.browser();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void begin() {
        visit = new Visit(Objects.requireNonNull(browser));
    }

    @AfterEach
    void end() {
        v().close();
        if (server != null) {
            server.close();
        }
    }

    /** A further tab of the same browser. */
    Visit another() {
        return new Visit(Objects.requireNonNull(browser));
    }

    Visit v() {
        return Objects.requireNonNull(visit);
    }
}
