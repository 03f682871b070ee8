package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.*;

@ExtendWith(LeakCheck.class)
class MobileNetV2Test {
    @Test
    void x() {
        Path file = NsfwjsWeights.locate(Path.of("/work/scratch/text/cache"), Path.of("/work/scratch/emoji"));
        try (var w = SafetensorsFile.open(file); var net = MobileNetV2.load(w, Device.CPU, "x")) {
            float[] v = new float[3*224*224];
            for (int c = 0; c < 3; c++) for (int h = 0; h < 224; h++) for (int x = 0; x < 224; x++)
                v[(c*224+h)*224+x] = (float) Math.sin(0.13*h+0.07*x*(c+1)+c);
            Tensor f = net.features(Tensor.of(v, 1,3,224,224));
            System.out.println(java.util.Arrays.toString(f.narrow(1,0,16).toFloatArray()) + " " + Math.sqrt(f.square().sum().item()));
            for (Tensor t : net.taps(Tensor.of(v, 1,3,224,224))) System.out.println(t + " " + Math.sqrt(t.square().sum().item()));
        }
    }
}
