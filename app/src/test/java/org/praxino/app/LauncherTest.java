package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The launchers of all systems start the program alike. */
class LauncherTest {
    private static final Pattern FLAGS = Pattern.compile("^    flags=\\((.*?)\\)$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern FLAG = Pattern.compile("(?<=[\\s(\"])-[\\w-]+(?::\\+\\w+)?[\\w.]*");

    private final Path dist = Checkout.root().resolve("app/src/main/dist");

    @Test
    void windowsTakesTheFlagsOfTheOthers() throws IOException {
        var block = FLAGS.matcher(Files.readString(dist.resolve("lib/launch.sh")));
        assertThat(block.find()).isTrue();
        List<String> flags = FLAG.matcher("(" + block.group(1)).results().map(m -> m.group()).toList();
        assertThat(flags).hasSizeGreaterThan(6).contains("-Dpraxino.root", "-Xmx2g");
        assertThat(Files.readString(dist.resolve("bin/praxino.bat"))).contains(flags);
    }

    @Test
    void theWindowsLauncherHasTheLineEndsOfWindows() throws IOException {
        assertThat(Files.readString(dist.resolve("bin/praxino.bat")).replace("\r\n", "")).doesNotContain("\n");
    }
}
