package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** NOTICE names every library that is part of what runs, with the version that runs. */
class NoticeTest {
    /** Groups that only tests bring. */
    private static final List<String> TESTS = List.of("/org/junit/", "/org/assertj/", "/com/tngtech/", "/org/opentest4j/", "/org/apiguardian/",
            "/net/bytebuddy/", "/org/apache/maven/", "/org/ow2/");

    @Test
    void noticeNamesEveryLibraryOnTheClassPath() throws IOException {
        String notice = Files.readString(Checkout.root().resolve("NOTICE"));
        var missing = new TreeSet<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String path = entry.replace('\\', '/');
            if (!path.endsWith(".jar") || path.contains("praxino-") || TESTS.stream().anyMatch(path::contains)) {
                continue;
            }
            Path jar = Path.of(entry);
            Path version = jar.getParent(); // the layout of a Maven repository: .../artifact/version/artifact-version.jar
            String artifact = version.getParent().getFileName().toString();
            boolean named = Arrays.stream(notice.split("\n"))
                    .anyMatch(l -> l.contains(":" + artifact + " ") && l.contains(" " + version.getFileName() + " "));
            if (!named) {
                missing.add(artifact + " " + version.getFileName());
            }
        }
        assertThat(missing).as("libraries that NOTICE does not name with their version and licence").isEmpty();
    }
}
