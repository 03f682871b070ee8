package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.FrameSize;
import org.praxino.tensor.LeakCheck;

/** {@code info} and {@code models} on folders of Wan, and {@code info} on a checkpoint. */
@ExtendWith(LeakCheck.class)
class WanInfoTextTest {
    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private final CommandContext context = new CommandContext("cpu", null, CommandContext.Precision.FP32, captured.console(), captured.stop);

    private String info(Path subject) throws IOException {
        assertThat(InfoActions.info(new InfoCommand.Options(subject.toString(), folder.resolve("info.json"),
                new FrameSize(64, 32), 9, true), context)).isZero();
        return captured.out();
    }

    @Test
    void tellsWhatAFolderHoldsAndWhatItNeeds() throws IOException {
        String text = info(TinyWanFolder.write(folder.resolve("wan")));
        assertThat(text).contains("Wan 2.1").contains("diffusers' layout").contains("text to video, width 128, 2 layers, 1 heads")
                .contains("9 frames of 64x32 in bf16: about 1.").contains("decoded in tiles").contains("and text on the CPU")
                        .contains("blocks streamed").contains("9 frames of 64x32 in f32: about 1.");
        assertThat(text.lines().filter(l -> l.endsWith(", complete"))).hasSize(3);
        assertThat(folder.resolve("info.json")).content().contains("\"tokenizer\"");
    }

    @Test
    void tellsWhatIsWrongWithoutHidingTheRest() throws IOException {
        Path wan = TinyWanFolder.write(folder.resolve("wan"));
        Files.delete(wan.resolve("vae/diffusion_pytorch_model.safetensors"));
        Files.delete(wan.resolve("vae/config.json"));
        Files.delete(wan.resolve("vae"));
        Files.delete(wan.resolve("tokenizer/tokenizer.json"));
        Files.writeString(wan.resolve("text_encoder/model.safetensors"), "GGUF");
        Files.writeString(wan.resolve("transformer/config.json"), Files.readString(wan.resolve("transformer/config.json"))
                .replace("\"num_layers\":2", "\"num_layers\":3"));
        assertThat(info(wan)).contains("missing: expected Wan2.1_VAE.pth, or vae/ in diffusers' layout").contains("cannot be used: Cannot read")
                .containsPattern("; \\d+ missing: blocks\\.2\\.\\S+, .* and \\d+ more").contains("missing: expected google/umt5-xxl/tokenizer.json");
    }

    @Test
    void listsACheckpointsParts() throws IOException {
        assertThat(InfoActions.info(new InfoCommand.Options(Checkout.root().resolve("golden/torch-checkpoint/model.pt").toString(), null,
                new FrameSize(832, 480), 81, false), context)).isZero();
        assertThat(captured.out()).contains("parts").contains("generator, critic")
                .contains("model.");
        var cli = Cli.of(CommandActions.standard(), captured.console(), captured.stop);
        Path gguf = Files.writeString(folder.resolve("model.gguf"), "GGUF....");
        assertThat(cli.run("info", gguf.toString())).isEqualTo(2);
        assertThat(captured.err()).contains("is a GGUF file");
        assertThat(cli.run("info", folder.toString(), "--size", "65x32")).isEqualTo(2);
    }

    @Test
    void modelsListsThem() throws IOException {
        TinyWanFolder.write(folder.resolve("wan"));
        Files.writeString(folder.resolve("wan/pull.json"), "{\"checkpoint\":\"x\",\"licences\":[\"Apache-2.0\"],\"files\":[]}");
        assertThat(ModelsActions.models(new ModelsCommand.Options(folder), context)).isZero();
        assertThat(captured.out()).startsWith("wan").contains("Wan 2.1, diffusers' layout, Apache-2.0");
    }
}
