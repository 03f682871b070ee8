package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class VideoTensorsTest {
    @Test
    void everyByteSurvives() {
        var data = new byte[256 * 3];
        for (int i = 0; i < 256; i++) {
            data[3 * i] = (byte) i;
            data[3 * i + 1] = (byte) (255 - i);
            data[3 * i + 2] = (byte) (i * 7);
        }
        Frame frame = new Frame(64, 4, 3, data);
        Tensor tensor = VideoTensors.toTensor(List.of(frame, Frame.filled(64, 4, Rgb.WHITE)));
        assertThat(tensor.shape()).containsExactly(3, 2, 4, 64);
        assertThat(tensor.dtype()).isEqualTo(DType.F32);
        float[] values = tensor.toFloatArray();
        assertThat(values[0]).isEqualTo(-1f);
        assertThat(values[255]).isEqualTo(1f);
        assertThat(values[256]).isEqualTo(1f);
        List<Frame> back = VideoTensors.toFrames(tensor);
        assertThat(back).hasSize(2);
        assertThat(back.getFirst().data()).isEqualTo(data);
    }

    @Test
    void alphaIsAFourthChannel() {
        List<Frame> clip = Clips.floating(2, 8, 6);
        List<Frame> back = VideoTensors.toFrames(VideoTensors.toTensor(clip));
        assertThat(back.get(1).data()).isEqualTo(clip.get(1).data());
        assertThat(back.get(1).channels()).isEqualTo(4);
    }

    @Test
    void valuesAreRoundedAndClamped() {
        Frame frame = VideoTensors.toFrames(Tensor.of(
                new float[] {-7, 7, Float.NaN, 0, 0.0039f, -0.0039f}, 3, 1, 1, 2)).getFirst();
        assertThat(frame.data()).containsExactly(0, 0, 128, 255, 128, 127);
    }

    @Test
    void lowPrecisionIsEnough() {
        Frame grey = Frame.filled(2, 2, new Rgb(255, 0, 255));
        assertThat(VideoTensors.toFrames(VideoTensors.toTensor(List.of(grey)).to(DType.BF16)).getFirst().data()).isEqualTo(grey.data());
    }

    @Test
    void wrongShapesAreNamed() {
        assertThatThrownBy(() -> VideoTensors.toFrames(Tensor.zeros(DType.F32, Device.CPU, 1, 3, 2, 4, 4)))
                .isInstanceOf(ShapeException.class).hasMessageContaining("[1, 3, 2, 4, 4]").hasMessageContaining("[C, T, H, W]");
        assertThatThrownBy(() -> VideoTensors.toTensor(List.of())).hasMessageContaining("at least one frame");
        assertThatThrownBy(() -> VideoTensors.toTensor(List.of(Frame.filled(2, 2, Rgb.BLACK), Frame.filled(2, 3, Rgb.BLACK))))
                .hasMessageContaining("frame 1 is 2x3");
    }
}
