package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class TorchScriptTest {
    @TempDir
    Path folder;

    @Test
    void runsASavedNetworkWithItsFlags() {
        Path file = TestScript.save(folder.resolve("tiny.pt"), """
                def forward(self, x, twice: bool = False, negative: bool = False):
                    y = x.mean([1, 2])
                    if twice:
                        y = y * 2
                    if negative:
                        y = -y
                    return y
                """);
        try (var network = TorchScript.load(file, Device.CPU)) {
            Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 1, 2, 2);
            assertThat(network.forward(x, Map.of()).item()).isEqualTo(3);
            assertThat(network.forward(x, Map.of("twice", true, "negative", true)).item()).isEqualTo(-6);
            assertThatThrownBy(() -> network.forward(x, Map.of("rescale", true)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("rescale");
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        assertThatThrownBy(() -> TorchScript.load(folder.resolve("none.pt"), Device.CPU))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("there is no such file");
        Path text = Files.writeString(folder.resolve("text.pt"), "not a network");
        assertThatThrownBy(() -> TorchScript.load(text, Device.CPU))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("as TorchScript");
    }
}
