package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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

    // ------------------------------------------------------------------ a checkout's launcher, with a Maven and a JDK that only say what they are told

    private Path checkout;

    private void script(String name, String content) throws IOException {
        Path file = Files.createDirectories(checkout.resolve(name).getParent()).resolve(checkout.resolve(name).getFileName());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @BeforeEach
    void checkout(@TempDir Path folder) throws IOException {
        checkout = folder.resolve("a checkout");
        script("praxino", Files.readString(Checkout.root().resolve("praxino")));
        script("app/src/main/dist/lib/launch.sh", Files.readString(dist.resolve("lib/launch.sh")));
        for (String file : List.of("pom.xml", "app/pom.xml", "app/src/main/java/A.java", "app/src/main/resources/a")) {
            script(file, "");
        }
        script("jdk/bin/javac", "");
        script("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
        script("jdk/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\necho \"OMP $OMP_NUM_THREADS\"\n");
        script("bin/mvn", """
                #!/bin/sh
                echo "[INFO] Scanning for projects..."
                echo "[INFO] Building Praxino tensor 0.1.0-SNAPSHOT                    [1/2]"
                sleep ${BUILD_SECONDS:-0}
                echo "[INFO] Building Praxino app 0.1.0-SNAPSHOT                       [2/2]"
                case "$*" in *-Parchive*) echo half > "$HOME/target/praxino-2.zip"; exec sleep 60 ;; esac
                cd "$3/.." 2>/dev/null || cd "$(dirname "$3")"
                mkdir -p app/target/lib && : > app/target/praxino-app-1.jar && echo > app/target/classpath.txt
                """);
    }

    private ProcessBuilder start(Map<String, String> environment, String... args) {
        var command = new ArrayList<>(List.of(checkout.resolve("praxino").toString()));
        command.addAll(List.of(args));
        var process = new ProcessBuilder(command);
        var all = process.environment();
        for (String inherited : List.of("PRAXINO_CACHE", "XDG_CACHE_HOME", "PRAXINO_JVM", "OMP_NUM_THREADS", "PRAXINO_GPU")) {
            all.remove(inherited);
        }
        all.put("JAVA_HOME", checkout.resolve("jdk").toString());
        all.put("PATH", checkout.resolve("bin") + ":/usr/bin:/bin");
        all.put("HOME", checkout.toString());
        all.putAll(environment);
        return process.redirectErrorStream(true);
    }

    private static String said(Process process) throws Exception {
        try (var said = process.inputReader()) {
            String all = String.join("\n", said.readAllLines());
            assertThat(process.waitFor()).as(all).isZero();
            return all;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aBuildShowsItsModulesAndASecondStartSaysThatItWaits() throws Exception {
        Process first = start(Map.of("BUILD_SECONDS", "3"), "models").start();
        while (!Files.exists(checkout.resolve("app/target/build.log"))) {
            Thread.sleep(10);
        }
        String second = said(start(Map.of(), "models").start());
        assertThat(said(first)).contains("praxino: building", "praxino:   1 of 2: Praxino tensor", "praxino:   2 of 2: Praxino app",
                "org.praxino.app.Main\nmodels");
        assertThat(second).startsWith("praxino: another start is building; waiting for it …").doesNotContain("1 of 2").contains("Main\nmodels");
        assertThat(said(start(Map.of(), "models").start())).as("nothing to build").doesNotContain("building");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aStoppedPackageLeavesNoHalfArchive() throws Exception {
        script("target/praxino-1.zip", "whole");
        Files.setLastModifiedTime(checkout.resolve("target/praxino-1.zip"), java.nio.file.attribute.FileTime.fromMillis(0));
        Process process = start(Map.of(), "package").start();
        while (!Files.exists(checkout.resolve("target/praxino-2.zip"))) {
            Thread.sleep(10);
        }
        process.toHandle().destroy(); // SIGTERM
        try (var said = process.inputReader()) {
            assertThat(said.readAllLines()).contains("praxino: stopping …");
        }
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(checkout.resolve("target/praxino-2.zip")).doesNotExist();
        assertThat(checkout.resolve("target/praxino-1.zip")).exists();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyFolderFollowsTheHomeFolder() throws Exception {
        assertThat(said(start(Map.of(), "info").start()))
                .contains("-Duser.home=" + checkout + "\n", "-Dorg.bytedeco.javacpp.cachedir=" + checkout + "/.cache/praxino/native\n");
        Path temporary = Files.createDirectory(checkout.resolve("tmp"));
        String none = said(start(Map.of("HOME", "/nonexistent", "TMPDIR", temporary + "/"), "info").start());
        String own = temporary + "/praxino-" + Files.getAttribute(temporary, "unix:uid");
        assertThat(none).contains("-Duser.home=" + own + "\n", "cachedir=" + own + "/.cache/praxino/native\n");
        Process refused = start(Map.of("PRAXINO_CACHE", checkout.resolve("pom.xml").toString()), "info").start();
        assertThat(refused.inputReader().readAllLines()).containsExactly(
                "praxino: the cache folder " + checkout + "/pom.xml cannot be written: set PRAXINO_CACHE to a folder that can.");
        assertThat(refused.waitFor()).isEqualTo(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noMoreThreadsThanCores() throws Exception {
        String plain = said(start(Map.of(), "info").start());
        assertThat(said(start(Map.of(), "info", "--threads", "9999").start())).contains(plain.substring(plain.lastIndexOf("OMP ")));
        assertThat(said(start(Map.of(), "info", "--threads=1").start())).contains("OMP 1");
    }
}
