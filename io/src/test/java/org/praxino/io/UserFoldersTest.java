package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UserFoldersTest {
    @TempDir
    Path folder;

    @Test
    void theAccountsFolderIsTakenWhereItCanBeWritten() throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        assertThat(UserFolders.home(home, folder)).isEqualTo(home);
        assertThat(folder).isDirectoryNotContaining("glob:**praxino-*");
    }

    @Test
    void aUserWithoutOneGetsAFolderOfTheirOwnBesideTemporaryFiles() throws IOException {
        for (Path none : new Path[] {Path.of("?"), folder.resolve("absent")}) {
            Path own = UserFolders.home(none, folder);
            assertThat(own).isEqualTo(folder.resolve("praxino-" + Files.getAttribute(folder, "unix:uid")));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own))).isEqualTo("rwx------");
        }
    }
}
