package org.praxino.media;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** A file that is written under another name in the same folder and renamed when it is whole. */
final class TargetFile implements Target {
    /** In bytes, on every file system in wide use; a longer one would fail only at the very end, when renaming. */
    private static final int LONGEST_NAME = 255;

    private final Path output;
    private final Path working;

    private TargetFile(Path output, Path working) {
        this.output = output;
        this.working = working;
    }

    /** Creates the working file at once, so that an unwritable place is found before any work is done. */
    static TargetFile create(Path output) {
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
            throw WriteFailure.of(output, e);
        }
        Unfinished.add(working);
        return new TargetFile(output, working);
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
        Unfinished.remove(working);
    }

    @Override
    public void discard() {
        Unfinished.delete(working);
    }
}
