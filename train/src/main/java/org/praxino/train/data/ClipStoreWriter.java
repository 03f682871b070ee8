package org.praxino.train.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes the pixels of a {@link ClipStore}: {@code clips.bin}, {@code frames.idx} and {@code clips.jsonl}.
 *
 * <p>One thread adds clips; nothing appears under its final name before {@link #finish}.
 */
public final class ClipStoreWriter implements AutoCloseable {

    private final Path folder;
    private final DigestOutputStream pixels;
    private final OutputStream offsets;
    private final List<ClipEntry> entries = new ArrayList<>();
    private long bytes;
    private long frames;
    private final boolean made; // whether the folder was not there before
    private boolean open = true;

    public ClipStoreWriter(Path folder) throws IOException {
        this.folder = folder;
        this.made = !Files.exists(folder);
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve(ClipStoreFiles.DATASET)); // the old pixels stop counting now
        this.pixels = new DigestOutputStream(new BufferedOutputStream(
                Files.newOutputStream(partOf(folder.resolve(ClipStoreFiles.PIXELS))), 1 << 20), Digests.sha256());
        this.offsets = new BufferedOutputStream(
                Files.newOutputStream(partOf(folder.resolve(ClipStoreFiles.OFFSETS))), 1 << 16);
        writeOffset();
    }

    /** A clip ready to be stored: its frames packed by {@link FrameCodec}; {@code note} says what is to be known of it, or nothing. */
    public record Packed(String file, List<byte[]> frames, boolean loop, int sourceFrames, String sha256, String note) {
        public Packed(String file, List<byte[]> frames, boolean loop, int sourceFrames, String sha256) {
            this(file, frames, loop, sourceFrames, sha256, "");
        }
    }

    public void add(Packed clip) throws IOException {
        if (clip.frames().isEmpty()) {
            throw new IllegalArgumentException(clip.file() + " has no frames: a clip has at least one");
        }
        entries.add(new ClipEntry(clip.file(), frames, clip.frames().size(), clip.loop(), clip.sourceFrames(), clip.sha256()));
        for (byte[] frame : clip.frames()) {
            pixels.write(frame);
            bytes += frame.length;
            frames++;
            writeOffset();
        }
    }

    private void writeOffset() throws IOException {
        offsets.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes).array());
    }

    /** Counts and hash of what was written. */
    public record Totals(int clips, int stills, long frames, long bytes, String digest, List<ClipEntry> entries) {}

    Totals finish() throws IOException {
        closeStreams();
        rename(folder.resolve(ClipStoreFiles.PIXELS));
        rename(folder.resolve(ClipStoreFiles.OFFSETS));
        ClipStoreFiles.writeLines(folder.resolve(ClipStoreFiles.CLIPS), entries);
        MessageDigest digest = pixels.getMessageDigest();
        int stills = (int) entries.stream().filter(e -> e.frames() == 1).count();
        return new Totals(entries.size() - stills, stills, frames, bytes, HexFormat.of().formatHex(digest.digest()),
                List.copyOf(entries));
    }

    private void closeStreams() throws IOException {
        if (open) {
            open = false;
            try (pixels; offsets) {
                pixels.flush();
            }
        }
    }

    private static Path partOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    private static void rename(Path file) throws IOException {
        Files.move(partOf(file), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Closes; what was not finished is deleted. */
    @Override
    public void close() throws IOException {
        try {
            closeStreams();
        } catch (IOException e) {
            // What a full disk did not take is deleted here, and the writer got the error.
        }
        Files.deleteIfExists(partOf(folder.resolve(ClipStoreFiles.PIXELS)));
        Files.deleteIfExists(partOf(folder.resolve(ClipStoreFiles.OFFSETS)));
        if (made) {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                // the ordinary case: there is a set in it
            }
        }
    }
}
