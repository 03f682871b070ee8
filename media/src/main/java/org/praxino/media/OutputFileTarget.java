package org.praxino.media;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** An output file, written under a temporary name and renamed when complete. */
final class OutputFileTarget implements OutputTarget {
    /** In bytes, on every file system in wide use; a longer one would fail only at the very end, when renaming. */
    private static final int LONGEST_NAME = 255;

    private final Path output;
    private final Path working;

    private OutputFileTarget(Path output, Path working) {
        this.output = output;
        this.working = working;
    }

    /** Creates the working file at once, so that an unwritable path is found before any work. */
    static OutputFileTarget create(Path output) {
        if (Files.isDirectory(output)) {
            throw new MediaException("cannot write '" + output + "': it is a folder");
        }
        if (output.getFileName().toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new MediaException("cannot write '" + output + "': the name is too long");
        }
        Path working = sibling(output);
        try {
            Files.createFile(working);
        } catch (IOException e) {
            throw WriteErrors.of(output, e);
        }
        PendingOutputs.add(working);
        return new OutputFileTarget(output, working);
    }

    /** A fresh hidden name beside the output. */
    static Path sibling(Path output) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        String name = output.getFileName().toString();
        String start = name.length() > 60 ? name.substring(0, 60) : name;
        return output.resolveSibling("." + start + "." + random + ".tmp");
    }

    @Override
    public Path working() {
        return working;
    }

    @Override
    public void commit() throws IOException {
        Files.move(working, output, ATOMIC_MOVE);
        PendingOutputs.remove(working);
    }

    @Override
    public void discard() {
        PendingOutputs.delete(working);
    }
}
