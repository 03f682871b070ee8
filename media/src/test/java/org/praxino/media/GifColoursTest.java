package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GifColoursTest {
    private static Palette palette(Frame frame, int most) {
        var histogram = new Histogram();
        histogram.add(frame);
        return histogram.palette(most);
    }

    private static Frame slope(int width, int height) {
        var data = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i += 3) {
                data[i] = (byte) (x * 255 / (width - 1));
                data[i + 1] = (byte) (y * 255 / (height - 1));
                data[i + 2] = (byte) (128 + x * 127 / (width - 1));
            }
        }
        return new Frame(width, height, 3, data);
    }

    @Test
    void fewColoursAreKeptExactly(@TempDir Path folder) {
        var random = new Random(5);
        var colours = new ArrayList<Rgb>();
        for (int i = 0; i < 120; i++) { // one to a bin
            colours.add(new Rgb(8 * random.nextInt(32) + 3, 8 * i % 256 + 3, 8 * random.nextInt(32) + 3));
        }
        var clip = new ArrayList<Frame>();
        for (int t = 0; t < 4; t++) {
            Frame frame = Frame.filled(32, 32, colours.get(t));
            for (int i = 0; i < frame.data().length; i += 3) {
                colours.get(random.nextInt(colours.size())).put(frame.data(), i);
            }
            clip.add(frame);
        }
        Clips.write(folder.resolve("few.gif"), clip, WriteOptions.plain(10));
        assertThat(Clips.psnr(clip, VideoReader.readAll(folder.resolve("few.gif"), ReadOptions.DEFAULT))).isInfinite();
    }

    @Test
    void ditheringKeepsTheMeanColour() {
        Frame slope = slope(128, 128);
        Palette palette = palette(slope, 16);
        assertThat(palette.size()).isEqualTo(16);
        byte[] indices = new OrderedDither(palette).map(slope, 255);
        for (int by = 0; by < 128; by += 32) {
            for (int bx = 0; bx < 128; bx += 32) {
                double wanted = 0;
                double shown = 0;
                for (int y = by; y < by + 32; y++) {
                    for (int x = bx; x < bx + 32; x++) {
                        wanted += slope.at(x, y, 0) / 1024.0;
                        shown += palette.red()[indices[y * 128 + x] & 0xff] / 1024.0;
                    }
                }
                assertThat(shown).as("block at %d, %d", bx, by).isCloseTo(wanted, within(16.0));
            }
        }
    }

    @Test
    void moreColoursComeCloser() {
        Frame slope = slope(64, 64);
        double before = 0;
        for (int most : new int[] {2, 8, 32, 128, 255}) {
            Palette palette = palette(slope, most);
            byte[] indices = new OrderedDither(palette).map(slope, 255);
            var shown = new byte[slope.data().length];
            for (int n = 0; n < indices.length; n++) {
                int k = indices[n] & 0xff;
                new Rgb(palette.red()[k], palette.green()[k], palette.blue()[k]).put(shown, 3 * n);
            }
            double psnr = Clips.psnr(List.of(slope), List.of(new Frame(64, 64, 3, shown)));
            assertThat(psnr).as("%d colours", most).isGreaterThan(before);
            before = psnr;
        }
        assertThat(before).isGreaterThan(30);
    }

    @Test
    void quietPartsStandStill(@TempDir Path folder) {
        var clip = new ArrayList<Frame>();
        for (int t = 0; t < 3; t++) { // only the upper left corner changes
            Frame frame = slope(64, 64);
            for (int i = 0; i < 30; i++) {
                frame.data()[i] = (byte) (t * 80);
            }
            clip.add(frame);
        }
        Clips.write(folder.resolve("quiet.gif"), clip, WriteOptions.plain(10));
        List<Frame> back = VideoReader.readAll(folder.resolve("quiet.gif"), ReadOptions.DEFAULT);
        Frame first = FrameTransforms.crop(back.get(0), 0, 1, 64, 63);
        Frame last = FrameTransforms.crop(back.get(2), 0, 1, 64, 63);
        assertThat(last.data()).isEqualTo(first.data());
    }

    @Test
    void nothingVisibleIsStillAGif(@TempDir Path folder) {
        Clips.write(folder.resolve("void.gif"), List.of(new Frame(8, 8, 4, new byte[256])), WriteOptions.plain(10));
        Frame back = VideoReader.readAll(folder.resolve("void.gif"), ReadOptions.DEFAULT.background(Background.TRANSPARENT)).getFirst();
        assertThat(back.at(4, 4, 3)).isZero();
    }
}
