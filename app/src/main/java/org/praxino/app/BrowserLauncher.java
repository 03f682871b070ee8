package org.praxino.app;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Opens the studio in the user's browser. */
final class BrowserLauncher {
    private static final String OPENER = "xdg-open"; // what Linux desktops have for it

    private BrowserLauncher() {}

    /**
     * What opens an address: the program in {@code BROWSER}, or the desktop's own; nothing where there is no screen.
     *
     * @param environment variables by name
     */
    static Optional<Path> opener(Map<String, String> environment) {
        if (environment.getOrDefault("DISPLAY", "").isEmpty() && environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty()) {
            return Optional.empty();
        }
        String chosen = environment.getOrDefault("BROWSER", "").split(File.pathSeparator)[0];
        return found(chosen, environment).or(() -> found(OPENER, environment));
    }

    private static Optional<Path> found(String program, Map<String, String> environment) {
        if (program.isBlank()) {
            return Optional.empty();
        }
        if (program.contains(File.separator)) {
            return Optional.of(Path.of(program)).filter(Files::isExecutable);
        }
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** Whether a browser was started; one that fails says so itself and ends nothing. */
    static boolean open(URI address, Map<String, String> environment) {
        Optional<Path> opener = opener(environment);
        if (opener.isEmpty()) {
            return false;
        }
        try {
            new ProcessBuilder(opener.get().toString(), address.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
