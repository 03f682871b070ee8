package org.praxino.train.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.tensor.UserException;

/**
 * A prepared, memory-mapped data set with random access to frames. Thread-safe.
 *
 * <p>Frames are straight (not premultiplied) RGBA8, each packed alone (row differences, raw deflate) in {@code clips.bin}; {@code
 * frames.idx} holds their N + 1 offsets as little-endian int64, {@code clips.jsonl} the clips, {@code manifest.jsonl} names and captions,
 * {@code dataset.json} sizes, sources and licence.
 */
public final class ClipStore implements AutoCloseable {

    private static final ValueLayout.OfLong OFFSET = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path folder;
    private final DatasetInfo info;
    private final List<Clip> clips;
    private final String manifestDigest;
    private final Arena arena;
    private final MemorySegment pixels;
    private final MemorySegment offsets;
    private final ThreadLocal<FrameCodec> codecs;

    private ClipStore(Path folder, DatasetInfo info, List<Clip> clips, String manifestDigest, Arena arena, MemorySegment pixels,
            MemorySegment offsets) {
        this.folder = folder;
        this.info = info;
        this.clips = List.copyOf(clips);
        this.manifestDigest = manifestDigest;
        this.arena = arena;
        this.pixels = pixels;
        this.offsets = offsets;
        this.codecs = ThreadLocal.withInitial(() -> new FrameCodec(info.height(), info.width()));
    }

    /** A clip: location and content. */
    public record Clip(ClipEntry entry, ClipInfo info) {
        public int frames() {
            return entry.frames();
        }

        public boolean still() {
            return entry.frames() == 1;
        }

        public boolean heldOut() {
            return info.split() == ClipInfo.Split.HELD_OUT;
        }
    }

    /**
     * Opens the store in {@code folder}. Clips that the manifest does not name are left out.
     *
     * @throws UserException if the folder is not a store, or its files are inconsistent
     */
    public static ClipStore open(Path folder) throws IOException {
        Path dataset = folder.resolve(ClipStoreFiles.DATASET);
        if (!Files.isRegularFile(dataset)) {
            throw new UserException(folder + " holds no prepared data (no " + ClipStoreFiles.DATASET + "): run `praxino data prepare` first.");
        }
        DatasetInfo info = Json.read(dataset, DatasetInfo.class);
        if (info.format() != DatasetInfo.FORMAT) {
            throw new UserException(folder + " has layout " + info.format() + ", this version reads " + DatasetInfo.FORMAT
                    + ": prepare the data again.");
        }
        Map<String, ClipInfo> byFile = new HashMap<>();
        for (ClipInfo row : ClipStoreFiles.readLines(folder.resolve(ClipStoreFiles.MANIFEST), ClipInfo.class)) {
            byFile.put(row.file(), row);
        }
        List<Clip> clips = new ArrayList<>();
        for (ClipEntry entry : ClipStoreFiles.readLines(folder.resolve(ClipStoreFiles.CLIPS), ClipEntry.class)) {
            ClipInfo row = byFile.get(entry.file());
            if (entry.frames() < 1) {
                throw new UserException(folder + " has a clip of " + entry.frames() + " frames, " + entry.file() + ": prepare the data again.");
            }
            if (row != null) {
                clips.add(new Clip(entry, row));
            }
        }
        Arena arena = Arena.ofShared();
        try {
            MemorySegment pixels = map(folder.resolve(ClipStoreFiles.PIXELS), arena);
            MemorySegment offsets = map(folder.resolve(ClipStoreFiles.OFFSETS), arena);
            if (pixels.byteSize() != info.bytes() || offsets.byteSize() != 8 * (info.frames() + 1)) {
                throw new UserException(folder + " is incomplete: " + ClipStoreFiles.PIXELS + " has " + pixels.byteSize() + " bytes instead of "
                        + info.bytes() + ": prepare the data again.");
            }
            return new ClipStore(folder, info, clips, Sha256.ofFile(folder.resolve(ClipStoreFiles.MANIFEST)), arena, pixels, offsets);
        } catch (IOException | UserException e) {
            arena.close();
            throw e;
        }
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /** Its folder. */
    public Path folder() {
        return folder;
    }

    /** Sizes, sources, licence, and the digest of the pixels. */
    public DatasetInfo info() {
        return info;
    }

    /** Digest of pixels and captions. */
    public String digest() {
        return Sha256.ofText(info.digest() + manifestDigest);
    }

    /** All clips, in a fixed order. */
    public List<Clip> clips() {
        return clips;
    }

    /**
     * {@code count} frames from {@code first}, straight RGBA8. Past either end a looping clip (and a still) wraps round, another
     * clip holds its last frame.
     *
     * @return [count, H, W, 4]
     */
    public byte[] readRgba(Clip clip, int first, int count) {
        int size = info.height() * info.width() * 4;
        byte[] out = new byte[Math.multiplyExact(count, size)];
        FrameCodec codec = codecs.get();
        int frames = clip.frames();
        for (int i = 0; i < count; i++) {
            int at = clip.entry().loop() ? Math.floorMod(first + i, frames) : Math.clamp(first + i, 0, frames - 1);
            int same = clip.entry().loop() ? frames : Integer.MAX_VALUE;
            if (i >= same) { // the loop has come round: the frame is there already
                System.arraycopy(out, (i - same) * size, out, i * size, size);
                continue;
            }
            readFrame(codec, clip.entry().first() + at, out, i * size);
        }
        return out;
    }

    private void readFrame(FrameCodec codec, long frame, byte[] out, int at) {
        long from = offsets.get(OFFSET, 8 * frame);
        long to = offsets.get(OFFSET, 8 * (frame + 1));
        try {
            codec.unpack(pixels.asSlice(from, to - from).asByteBuffer(), out, at);
        } catch (DataFormatException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("Frame " + frame + " of " + folder + " is damaged (" + e.getMessage()
                    + "): prepare the data again.", e);
        }
    }

    /** Unmaps the files; no thread may be reading. */
    @Override
    public void close() {
        arena.close();
    }
}
