package org.praxino.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * Where a user's files are. The home folder is the system property {@code user.home}, which the launchers set to {@code $HOME}; where it
 * cannot be written, as for a user id without an account in a container, it is a folder of the user's own beside temporary files.
 */
public final class UserFolders {

    private UserFolders() {}

    /** {@code praxino} under {@code XDG_CACHE_HOME}, else {@code .cache/praxino} in the home folder. It may not exist yet. */
    static Path cache() {
        return folder("XDG_CACHE_HOME", Path.of(".cache"));
    }

    /** {@code praxino} under {@code XDG_DATA_HOME}, else {@code .local/share/praxino} in the home folder. It may not exist yet. */
    public static Path data() {
        return folder("XDG_DATA_HOME", Path.of(".local", "share"));
    }

    private static Path folder(String variable, Path usual) {
        @Nullable String named = System.getenv(variable);
        Path root = named != null && !named.isBlank() ? Path.of(named)
                : home(Path.of(System.getProperty("user.home")), Path.of(System.getProperty("java.io.tmpdir"))).resolve(usual);
        return root.resolve("praxino");
    }

    /** The home folder, or what stands for it: the same as in the launchers' launch.sh. */
    static Path home(Path account, Path temporary) {
        if (account.isAbsolute() && Files.isDirectory(account) && Files.isWritable(account)) {
            return account;
        }
        try {
            Path probe = Files.createTempFile(temporary, "praxino", null);
            Object user = Files.getAttribute(probe, "unix:uid");
            Files.delete(probe);
            Path own = temporary.resolve("praxino-" + user);
            try {
                return Files.createDirectory(own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (Files.isDirectory(own) && user.equals(Files.getAttribute(own, "unix:uid"))) { // another user may have left code there
                    return own;
                }
                throw new UserException("Neither '" + account + "' can be written nor is '" + own + "' yours: set HOME to a folder that can.");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return account; // what is written there says what is wrong
        }
    }
}
