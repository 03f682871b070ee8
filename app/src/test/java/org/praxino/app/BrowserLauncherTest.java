package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The browser that {@code serve} opens: where there is a screen, and only then. */
class BrowserLauncherTest {
    private static final URI ADDRESS = URI.create("http://127.0.0.1:8080/");

    @TempDir
    Path folder;

    private Path program(String name) throws Exception {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\necho \"$0 $1\" > '" + folder + "/asked.part' && mv '" + folder
                + "/asked.part' '" + folder + "/asked'\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String asked() throws Exception {
        Path asked = folder.resolve("asked");
        for (int i = 0; i < 3000 && !Files.exists(asked); i++) {
            Thread.sleep(10);
        }
        return Files.readString(asked).strip();
    }

    @Test
    void theDesktopsOwnOpensTheAddress() throws Exception {
        Path own = program("xdg-open");
        assertThat(BrowserLauncher.open(ADDRESS, Map.of("WAYLAND_DISPLAY", "wayland-0", "PATH", "/nowhere:" + folder))).isTrue();
        assertThat(asked()).isEqualTo(own + " " + ADDRESS);
    }

    @Test
    void theChosenOneComesFirst() throws Exception {
        program("xdg-open");
        Path chosen = program("fox");
        Map<String, String> environment = Map.of("DISPLAY", ":0", "PATH", folder.toString(), "BROWSER", "fox:other");
        assertThat(BrowserLauncher.opener(environment)).contains(chosen);
        assertThat(BrowserLauncher.open(ADDRESS, environment)).isTrue();
        assertThat(asked()).startsWith(chosen.toString());
        assertThat(BrowserLauncher.opener(Map.of("DISPLAY", ":0", "PATH", "", "BROWSER", chosen.toString()))).contains(chosen);
    }

    @Test
    void nothingIsOpenedWhereNobodyWouldSeeIt() throws Exception {
        program("xdg-open");
        assertThat(BrowserLauncher.open(ADDRESS, Map.of("PATH", folder.toString()))).isFalse();
        assertThat(BrowserLauncher.open(ADDRESS, Map.of("DISPLAY", ":0", "PATH", "/nowhere"))).isFalse();
        assertThat(folder.resolve("asked")).doesNotExist();
    }
}
