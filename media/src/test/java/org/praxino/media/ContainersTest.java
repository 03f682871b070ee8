package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that people bring and this project does not write. */
class ContainersTest {
    @TempDir
    Path folder;

    private Path write(String container, String encoder, int pixels, List<Frame> clip) throws IOException {
        Path file = folder.resolve("clip." + container);
        var settings = new EncoderSettings(encoder, pixels, 5, 1, Map.of("b", "4000000"));
        Frame first = clip.getFirst();
        try (var muxer = Muxer.open(container, file);
                var encoder1 = Encoder.open(settings, first.width(), first.height(), new FrameRate(25, 1), muxer.wantsGlobalHeader());
                var scaler = new Scaler(SWS_BICUBIC)) {
            muxer.begin(encoder1.context(), Map.of(), Map.of(), Map.of());
            for (int t = 0; t < clip.size(); t++) {
                try (var scope = new PointerScope();
                        var from = NativeFrame.of(clip.get(t));
                        var to = NativeFrame.allocate(first.width(), first.height(), pixels)) {
                    ColourSpace.of(pixels).tag(to.av());
                    scaler.scale(from.av(), to.av());
                    encoder1.encode(to.av(), t, packet -> muxer.write(packet, encoder1.context()));
                }
            }
            encoder1.finish(packet -> muxer.write(packet, encoder1.context()));
            muxer.finish();
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"avi,mpeg4", "matroska,mpeg4", "mov,mpeg4", "mpegts,mpeg2video", "mpeg,mpeg1video", "ogg,libvpx", "asf,msmpeg4", "flv,flv"})
    void areReadByContent(String container, String encoder) throws IOException {
        List<Frame> clip = Clips.ball(14, 96, 64);
        Path file = write(container, encoder, AV_PIX_FMT_YUV420P, clip);
        Path misnamed = Files.move(file, folder.resolve("whatever.txt"));
        VideoInfo info = VideoProbe.probe(misnamed);
        assertThat(info.width()).isEqualTo(96);
        assertThat(info.fps()).isCloseTo(25, within(1.0));
        List<Frame> back = VideoReader.readAll(misnamed, ReadOptions.DEFAULT);
        assertThat(back).hasSize(14);
        assertThat(Clips.psnr(clip, back)).isGreaterThan(27);
    }

    @Test
    void anAviThatBreaksOffIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(write("avi", "mpeg4", AV_PIX_FMT_YUV420P, Clips.ball(14, 96, 64)));
        Path cut = Files.write(folder.resolve("cut.avi"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> VideoReader.readAll(cut, ReadOptions.DEFAULT))
                .isInstanceOf(MediaException.class).hasMessageContaining("cut short");
    }

    @Test
    void partsOfLongFilesAreReachedByKeyFrames() throws IOException {
        Path file = write("matroska", "mpeg4", AV_PIX_FMT_YUV420P, Clips.ball(50, 64, 64));
        List<Frame> all = VideoReader.readAll(file, ReadOptions.DEFAULT);
        for (double start : new double[] {0.3, 0.98, 1.0, 1.5, 1.96}) {
            List<Frame> part = VideoReader.readAll(file, ReadOptions.DEFAULT.start(start));
            assertThat(part).as("from %s s", start).hasSize(50 - (int) Math.floor(start * 25 + 1e-6));
            assertThat(part.getLast().data()).isEqualTo(all.getLast().data());
            assertThat(part.getFirst().data()).isEqualTo(all.get(50 - part.size()).data());
        }
    }

    /** Writes a display matrix into the track header, as phones do. */
    @Test
    void picturesAreTurnedUpright() throws IOException {
        Path file = folder.resolve("phone.mp4");
        Clips.write(file, Clips.ball(3, 96, 64), WriteOptions.plain(12));
        byte[] bytes = Files.readAllBytes(file);
        int track = indexOf(bytes, "tkhd") + 4 + 40;
        var matrix = ByteBuffer.wrap(bytes, track, 36);
        assertThat(matrix.getInt(track)).isEqualTo(0x10000);
        matrix.putInt(0).putInt(0x10000).putInt(0).putInt(-0x10000).putInt(0).putInt(0);
        Files.write(file, bytes);

        VideoInfo info = VideoProbe.probe(file);
        assertThat(info.width()).isEqualTo(64);
        assertThat(info.height()).isEqualTo(96);
        Frame upright = VideoReader.readAll(file, ReadOptions.DEFAULT).getFirst();
        assertThat(upright.size()).isEqualTo("64x96");
        assertThat(upright.at(2, 48, 1)).isCloseTo(150, within(12)); // a quarter turn clockwise puts the floor to the left
        assertThat(upright.at(62, 48, 2)).isGreaterThan(220); // and the sky to the right
    }

    @Test
    void pixelsAreMadeSquare() throws IOException {
        Path file = folder.resolve("tape.y4m");
        Clips.write(file, Clips.ball(1, 72, 58), WriteOptions.plain(25));
        byte[] bytes = Files.readAllBytes(file);
        int aspect = indexOf(bytes, "A1:1");
        bytes[aspect + 1] = '2';
        Files.write(file, bytes);
        assertThat(VideoProbe.probe(file).width()).isEqualTo(144);
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT).getFirst().size()).isEqualTo("144x58");
    }

    private static int indexOf(byte[] bytes, String word) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(word);
    }

    @Test
    void ourVideosDeclareTheirColours() throws IOException {
        for (String name : List.of("a.mp4", "b.webm")) {
            Path file = folder.resolve(name);
            Clips.write(file, Clips.ball(2, 64, 64), WriteOptions.plain(12));
            try (var scope = new PointerScope(); var demuxer = Demuxer.open(file, FileKind.GENERAL, DecodeLimits.DEFAULT)) {
                var parameters = demuxer.stream().codecpar();
                assertThat(parameters.color_space()).isEqualTo(AVCOL_SPC_BT709);
                assertThat(parameters.color_primaries()).isEqualTo(AVCOL_PRI_BT709);
                assertThat(parameters.color_trc()).isEqualTo(AVCOL_TRC_BT709);
                assertThat(parameters.color_range()).isEqualTo(AVCOL_RANGE_MPEG);
            }
        }
    }
}
