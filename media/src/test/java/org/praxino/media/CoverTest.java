package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cover beside sound is no video, and one beside a video is not shown. */
class CoverTest {
    @TempDir
    Path folder;

    private static byte[] box(String type, byte[]... contents) {
        var inner = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            inner.writeBytes(content);
        }
        return ByteBuffer.allocate(8 + inner.size()).putInt(8 + inner.size()).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(inner.toByteArray()).array();
    }

    /** The metadata that players show a cover from. */
    private static byte[] cover() {
        byte[] jpeg = Jpeg.encode(Corners.of("WWWW", 96, 64), 90, null);
        byte[] data = box("data", new byte[] {0, 0, 0, 13, 0, 0, 0, 0}, jpeg);
        byte[] handler = box("hdlr", new byte[8], "mdirappl".getBytes(StandardCharsets.ISO_8859_1), new byte[9]);
        return box("udta", box("meta", new byte[4], handler, box("ilst", box("covr", data))));
    }

    @Test
    void soundWithACoverHasNoPictures() throws IOException {
        byte[] header = ByteBuffer.allocate(100).putInt(12, 1000).putInt(16, 1000).putInt(20, 0x10000).putInt(96, 2).array();
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(box("ftyp", "M4A \0\0\0\0M4A ".getBytes(StandardCharsets.ISO_8859_1)));
        bytes.writeBytes(box("moov", box("mvhd", header), cover()));
        Path song = Files.write(folder.resolve("song.m4a"), bytes.toByteArray());
        for (ReadOptions options : List.of(ReadOptions.DEFAULT, ReadOptions.DEFAULT.fps(12))) {
            assertThatThrownBy(() -> VideoReader.readAll(song, options)).isInstanceOf(MediaException.class)
                    .hasMessage("cannot read '" + song + "': there are no pictures in it, only sound with a cover");
        }
    }

    @Test
    void theVideoIsShownAndNotItsCover() throws IOException {
        Path file = folder.resolve("clip.mp4");
        Frame corners = Corners.of("RGBW", 96, 64);
        Clips.write(file, List.of(corners, corners, corners), WriteOptions.plain(12));
        byte[] bytes = Files.readAllBytes(file);
        int moov = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov") - 4;
        int size = ByteBuffer.wrap(bytes).getInt(moov);
        byte[] cover = cover();
        var with = new ByteArrayOutputStream();
        with.write(bytes, 0, moov);
        with.writeBytes(ByteBuffer.allocate(4).putInt(size + cover.length).array());
        with.write(bytes, moov + 4, size - 4);
        with.writeBytes(cover);
        with.write(bytes, moov + size, bytes.length - moov - size);
        byte[] patched = with.toByteArray();
        moveChunks(patched, moov, new String(bytes, StandardCharsets.ISO_8859_1).indexOf("mdat") > moov ? cover.length : 0);
        Files.write(file, patched);
        List<Frame> frames = VideoReader.readAll(file, ReadOptions.DEFAULT);
        assertThat(frames).hasSize(3);
        assertThat(Corners.read(frames.getLast())).isEqualTo(Corners.UPRIGHT);
    }

    /** The samples lie behind the header, which got longer. */
    private static void moveChunks(byte[] file, int moov, int by) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("stco", moov) + 8;
        var bytes = ByteBuffer.wrap(file);
        for (int i = 0; i < bytes.getInt(at); i++) {
            int entry = at + 4 + 4 * i;
            bytes.putInt(entry, bytes.getInt(entry) + by);
        }
    }
}
