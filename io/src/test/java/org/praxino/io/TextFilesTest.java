package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class TextFilesTest {
    @TempDir
    Path folder;

    private static void refused(Path file, String words) {
        assertThatThrownBy(() -> TextFiles.read(file)).isInstanceOf(UserException.class).hasMessageContaining(file.toString()).hasMessageContaining(words);
    }

    @Test
    void textIsReadAndWhatIsNoneIsRefused() throws Exception {
        assertThat(TextFiles.read(Files.writeString(folder.resolve("a"), "caf\u00e9\r\n"))).isEqualTo("caf\u00e9\r\n");
        refused(Files.write(folder.resolve("b"), new byte[] {(byte) 0xe9, 10}), "is not UTF-8 text");
        refused(folder.resolve("none"), "there is no such file");
        refused(folder, "it is a folder");
    }

    /** They may never end, or never begin. */
    @Test
    void devicesAndPipesAreNoFiles() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/zero")), "there is no /dev/zero");
        refused(Path.of("/dev/zero"), "it is a device or a pipe, and no file");
        Path pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/mkfifo")) && new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor() == 0,
                "there is no mkfifo");
        refused(pipe, "it is a device or a pipe, and no file");
    }
}
