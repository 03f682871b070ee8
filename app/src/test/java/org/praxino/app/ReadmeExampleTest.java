package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java examples of the README compile against this build and run as they stand. */
class ReadmeExampleTest {
    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SAVED = Pattern.compile("Path\\.of\\(\"([^\"]+\\.(?:mp4|webm|gif|webp|png))\"\\)");
    private static final long MINUTES = 5;

    @TempDir
    Path folder;

    @Test
    void theReadmeHasOneShortExample() throws IOException {
        assertThat(examples()).singleElement().satisfies(e -> assertThat(e.lines().count()).isLessThanOrEqualTo(11));
    }

    @Test
    void theExampleCompilesAndRunsAndWritesItsFile() throws Exception {
        compile();
        assumeTrue(Files.isRegularFile(Checkout.root().resolve("zoo/emoji-128/model.json")), "skipped: zoo/emoji-128 is not in this checkout");
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g",
                "--enable-native-access=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.maxBytes=0", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dpraxino.root=" + Checkout.root()));
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (cache != null) {
            command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        }
        command.addAll(List.of("-cp", folder + java.io.File.pathSeparator + classPath(), "Example"));
        Path log = folder.resolve("log.txt");
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("OMP_NUM_THREADS"); // a whole clip at full size: on all cores, as for those who copy the example
        Process process = builder.start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("ended within " + MINUTES + " minutes").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        List<String> saved = SAVED.matcher(examples().getFirst()).results().map(m -> m.group(1)).toList();
        assertThat(saved).isNotEmpty().allSatisfy(f -> assertThat(folder.resolve(f)).isNotEmptyFile());
    }

    private void compile() throws IOException {
        Path source = folder.resolve("Example.java");
        Files.writeString(source, examples().getFirst());
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean fine = compiler.getTask(said, files, null, List.of("-cp", classPath(), "-d", folder.toString(), "-proc:none"), null,
                    files.getJavaFileObjects(source)).call();
            assertThat(fine).as(said.toString()).isTrue();
        }
    }

    private static List<String> examples() throws IOException {
        String readme = Files.readString(Checkout.root().resolve("README.md"));
        return BLOCK.matcher(readme).results().map(m -> m.group(1)).toList();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
