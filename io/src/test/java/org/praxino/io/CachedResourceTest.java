package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class CachedResourceTest {

    @TempDir
    Path dir;

    private final AtomicInteger made = new AtomicInteger();

    @BeforeEach
    void useOwnCache() {
        System.setProperty("praxino.cache", dir.resolve("cache").toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty("praxino.cache");
    }

    private Path derive(URL classPath) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classPath}, null)) {
            return CachedResource.derive(loader, "data/thing.bin", ".out", target -> AtomicFiles.writeString(target, "made " + made.incrementAndGet()));
        }
    }

    private URL jar(String name, String content) throws IOException {
        Path jar = dir.resolve(name);
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("data/thing.bin"));
            zip.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return jar.toUri().toURL();
    }

    @Test
    void isMadeOnceForAJarsContent() throws IOException {
        Path file = derive(jar("one.jar", "content"));
        assertThat(file).hasContent("made 1").startsWith(dir.resolve("cache"));
        assertThat(file.getFileName().toString()).startsWith("thing.bin-").endsWith("-7.out");
        assertThat(derive(jar("copy.jar", "content"))).isEqualTo(file).hasContent("made 1");
        assertThat(derive(jar("other.jar", "contents"))).isNotEqualTo(file).hasContent("made 2");
    }

    @Test
    void isMadeAgainWhenDamaged() throws IOException {
        URL jar = jar("one.jar", "content");
        Path file = derive(jar);
        Files.writeString(file, "made X");
        assertThat(derive(jar)).hasContent("made 2");
        Files.writeString(file, "made");
        assertThat(derive(jar)).hasContent("made 3");
        Files.delete(file);
        assertThat(derive(jar)).hasContent("made 4");
        Files.writeString(file.resolveSibling(file.getFileName() + ".json"), "{}");
        assertThat(derive(jar)).hasContent("made 5");
        assertThat(derive(jar)).hasContent("made 5");
    }

    @Test
    void worksOnPlainFolders() throws IOException {
        Files.createDirectories(dir.resolve("classes/data"));
        Files.writeString(dir.resolve("classes/data/thing.bin"), "content");
        URL folder = URI.create(dir.resolve("classes").toUri() + "/").toURL();
        assertThat(derive(folder)).hasContent("made 1");
        assertThat(derive(folder)).hasContent("made 1");
        assertThatThrownBy(() -> CachedResource.derive(ClassLoader.getPlatformClassLoader(), "none", "", t -> {}))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("There is no none on the class path");
    }
}
