package org.praxino.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AlphaCompositorTest {

    private static final int SIZE = 32;

    @Test
    void overIsTheUsualFormula() {
        float[] canvas = canvas(200);
        new AlphaCompositor(SIZE, SIZE).paint(TestClipStore.filled(100, 50, 0, 64), 0, Pose.FULL, canvas);
        float a = 64 / 255f;
        assertThat(canvas[0]).isCloseTo(100 * a + 200 * (1 - a), within(0.01f));
        assertThat(canvas[1]).isCloseTo(50 * a + 200 * (1 - a), within(0.01f));
        assertThat(canvas[2]).isCloseTo(200 * (1 - a), within(0.01f));
    }

    @Test
    void halfSizeCoversTheMiddleHalf() {
        float[] canvas = canvas(255);
        new AlphaCompositor(SIZE, SIZE).paint(TestClipStore.filled(0, 0, 0, 255), 0, new Pose(0.5, 0.5, 0.5), canvas);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                boolean inside = x >= 8 && x < 24 && y >= 8 && y < 24;
                assertThat(canvas[(y * SIZE + x) * 3]).as("pixel %d, %d", x, y).isCloseTo(inside ? 0f : 255f, within(0.01f));
            }
        }
    }

    @Test
    void aShiftOfHalfAPixelSharesTheEdge() {
        float[] canvas = canvas(255);
        new AlphaCompositor(SIZE, SIZE).paint(TestClipStore.filled(0, 0, 0, 255), 0, new Pose(0.5 + 0.5 / SIZE, 0.5, 0.5), canvas);
        int row = 16 * SIZE * 3;
        assertThat(canvas[row + 7 * 3]).isCloseTo(255f, within(0.01f));
        assertThat(canvas[row + 8 * 3]).isCloseTo(127.5f, within(0.01f));
        assertThat(canvas[row + 9 * 3]).isCloseTo(0f, within(0.01f));
        assertThat(canvas[row + 24 * 3]).isCloseTo(127.5f, within(0.01f));
    }

    @Test
    void aQuarterTurnTakesTheTopToTheRight() {
        byte[] picture = TestClipStore.filled(0, 0, 0, 0);
        for (int x = 8; x < 24; x++) { // a bar near the top edge
            picture[(4 * SIZE + x) * 4 + 3] = (byte) 255;
        }
        float[] canvas = canvas(255);
        new AlphaCompositor(SIZE, SIZE).paint(picture, 0, new Pose(0.5, 0.5, 1, Math.PI / 2), canvas);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                boolean painted = x == SIZE - 1 - 4 && y >= 8 && y < 24;
                assertThat(canvas[(y * SIZE + x) * 3]).as("pixel %d, %d", x, y).isCloseTo(painted ? 0f : 255f, within(0.1f));
            }
        }
    }

    @Test
    void paintIsKeptWhateverTheScale() {
        for (double scale : new double[] {0.2, 0.31, 0.5, 0.56, 0.77, 0.999}) {
            float[] canvas = canvas(0);
            new AlphaCompositor(SIZE, SIZE).paint(TestClipStore.filled(255, 255, 255, 255), 0, new Pose(0.5, 0.5, scale), canvas);
            double painted = 0;
            for (float v : canvas) {
                assertThat(v).isBetween(-0.01f, 255.01f);
                painted += v / 255 / 3;
            }
            assertThat(painted / SIZE / SIZE).as("area at scale %s", scale).isCloseTo(scale * scale, within(0.03));
        }
    }

    @Test
    void outsideOfTheFrameIsCutOff() {
        float[] canvas = canvas(9);
        new AlphaCompositor(SIZE, SIZE).paint(TestClipStore.filled(1, 1, 1, 255), 0, new Pose(3, -2, 0.5), canvas);
        assertThat(canvas).isEqualTo(canvas(9));
        new AlphaCompositor(SIZE, SIZE).paint(TestClipStore.filled(1, 1, 1, 255), 0, new Pose(0.5, 0.5, 1.9), canvas);
        for (float v : canvas) {
            assertThat(v).isCloseTo(1f, within(0.01f));
        }
    }

    private static float[] canvas(float value) {
        float[] out = new float[SIZE * SIZE * 3];
        Arrays.fill(out, value);
        return out;
    }
}
