package org.praxino.media;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of numbered frames, written to a hidden folder and moved when complete. */
final class OutputFolderTarget implements OutputTarget {
    private final Path folder; // where frames end up
    private final Path working;
    private final FramePattern pattern;

    private OutputFolderTarget(Path folder, Path working, FramePattern pattern) {
        this.folder = folder;
        this.working = working;
        this.pattern = pattern;
    }

    /** For a folder, or for a file name that holds a frame number. */
    static OutputFolderTarget create(Path output) {
        Path name = output.getFileName();
        boolean numbered = name != null && FramePattern.matches(name.toString());
        FramePattern pattern = numbered ? FramePattern.parse(name.toString()) : FramePattern.DEFAULT;
        Path folder = numbered ? Objects.requireNonNull(output.toAbsolutePath().getParent()) : output.toAbsolutePath().normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new MediaException("cannot write '" + output + "': '" + folder + "' is a file, not a folder");
        }
        String old = present(folder, pattern);
        if (old != null) {
            throw new MediaException("cannot write '" + output + "': frames such as '" + old
                    + "' are there already, remove them or choose another name");
        }
        // Inside an existing folder, beside one that is to be made: a rename must not cross file systems.
        Path working = Files.isDirectory(folder) ? OutputFileTarget.sibling(folder.resolve("frames")) : OutputFileTarget.sibling(folder);
        try {
            Files.createDirectory(working);
        } catch (IOException e) {
            throw WriteErrors.of(output, e);
        }
        PendingOutputs.add(working);
        return new OutputFolderTarget(folder, working, pattern);
    }

    private static @Nullable String present(Path folder, FramePattern pattern) {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(pattern::covers).findFirst().orElse(null);
        } catch (IOException e) {
            throw WriteErrors.of(folder, e);
        }
    }

    FramePattern pattern() {
        return pattern;
    }

    @Override
    public Path working() {
        return working;
    }

    @Override
    public void commit() throws IOException {
        if (Files.isDirectory(folder)) {
            List<Path> frames;
            try (Stream<Path> files = Files.list(working)) {
                frames = files.sorted().toList();
            }
            for (Path frame : frames) {
                Files.move(frame, folder.resolve(frame.getFileName()), ATOMIC_MOVE);
            }
            Files.delete(working);
        } else {
            Files.move(working, folder, ATOMIC_MOVE);
        }
        PendingOutputs.remove(working);
    }

    @Override
    public void discard() {
        PendingOutputs.delete(working);
    }
}
