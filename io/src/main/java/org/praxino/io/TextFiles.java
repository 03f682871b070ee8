package org.praxino.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.praxino.tensor.UserException;

/** Reads text files that people name, within bounds: a name may lead to a device that never ends. */
public final class TextFiles {
    private static final int MAX_BYTES = 64 << 20;

    /** Where a shell puts what another program writes; a named pipe may have nobody who writes to it. */
    private static final List<String> DESCRIPTORS = List.of("/dev/fd", "/dev/stdin", "/proc/self/fd");

    private TextFiles() {}

    /**
     * The whole text of a file in UTF-8.
     *
     * @throws UserException one sentence, when it cannot be read, is no UTF-8 or has more than 64 MiB
     */
    public static String read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file) && DESCRIPTORS.stream().noneMatch(file::startsWith)) {
            throw new UserException("Cannot read " + file + ": it is a device or a pipe, and no file.");
        }
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UserException(file + " has more than " + (MAX_BYTES >> 20) + " MiB: it is not a text to read here.");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new UserException(file + " is not UTF-8 text.", e);
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
    }
}
