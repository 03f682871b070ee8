package org.praxino.app;

import java.nio.file.Files;
import java.nio.file.Path;

/** The source checkout that the tests run in. */
final class Checkout {
    private Checkout() {}

    /** The folder that holds the launcher and the parent POM. */
    static Path root() {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.isRegularFile(p.resolve("praxino")) && Files.isRegularFile(p.resolve("pom.xml"))) {
                return p;
            }
        }
        throw new IllegalStateException("the tests do not run inside a checkout");
    }
}
