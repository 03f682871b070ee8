package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.Backend;
import org.praxino.tensor.LeakCheck;
import org.praxino.wan.TinyWan;

/** Whatever is wrong with a Wan model or a request of it ends in one sentence that names the file and says what to do, and exit code 2. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class WanBadInputTest {
    @TempDir
    Path folder;

    private Path wan;

    @BeforeEach
    void write() throws IOException {
        wan = TinyWan.save(folder.resolve("wan"), 1);
    }

    /** All of {@code parts} are in the one line that each command says. */
    private void refused(Path model, List<String> commands, String... parts) {
        for (String command : commands) {
            List<String> line = new ArrayList<>(switch (command) {
                case "generate" -> List.of("generate", "a cat", "-m", model.toString(), "--size", "32x16", "--frames", "5", "-o", folder.resolve("x.mp4").toString());
                case "stream" -> List.of("stream", "-p", "a cat", "-m", model.toString(), "--size", "32x16", "--seconds", "1", "-o", folder.resolve("x.y4m").toString());
                case "serve" -> List.of("serve", "--check", "-m", model.toString(), "--size", "32x16", "--data", folder.resolve("server").toString());
                case "bench" -> List.of("bench", "wan", "-m", model.toString(), "--size", "32x16");
                default -> List.of(command, model.toString());
            });
            line.addAll(List.of("--dtype", "fp32"));
            var told = new Told();
            assertThat(Cli.of(Actions.standard(), told.console(), told.stop).run(line.toArray(String[]::new))).as(command + ": " + told.err()).isEqualTo(2);
            assertThat(told.err().strip().lines()).as(command).hasSize(1);
            assertThat(told.err().strip()).as(command).startsWith("praxino: ").endsWith(".").contains(parts);
        }
        assertThat(folder.resolve("x.mp4")).doesNotExist();
        assertThat(folder.resolve("x.y4m")).doesNotExist();
    }

    private static final List<String> MAKING = List.of("generate", "stream", "serve");

    @Test
    void aWrongFolder() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(empty, List.of("generate", "stream", "bench", "info"), empty.toString());
        refused(folder.resolve("nowhere"), List.of("generate", "stream", "bench", "info"), "nowhere");
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.createFile(other.resolve("Wan2.2_VAE.pth"));
        refused(other, MAKING, other.toString(), "Wan 2.2", "praxino pull lists some");
    }

    @Test
    void mixedLayouts() throws IOException {
        Files.createFile(wan.resolve("Wan2.1_VAE.pth"));
        refused(wan, List.of("generate", "stream", "bench", "info"), wan.toString(), "Wan2.1_VAE.pth", "vae/", "keep one of them");
    }

    @Test
    void oneShardMissing() throws IOException {
        Path transformer = wan.resolve("transformer");
        Files.move(transformer.resolve("diffusion_pytorch_model.safetensors"), transformer.resolve("d-00001-of-00002.safetensors"));
        Files.writeString(transformer.resolve("diffusion_pytorch_model.safetensors.index.json"), "{\"weight_map\":{"
                + "\"patch_embedding.weight\":\"d-00001-of-00002.safetensors\",\"patch_embedding.bias\":\"d-00002-of-00002.safetensors\"}}");
        refused(wan, List.of("generate", "stream", "bench"), "index.json", "d-00002-of-00002.safetensors", "get them from where the index came from");
    }

    @Test
    void eightBits() throws IOException {
        Path file = wan.resolve("transformer/diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        byte[] head = "{\"blocks.0.ffn.net.2.weight\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}".getBytes();
        byte[] small = new byte[8 + head.length + 8];
        small[0] = (byte) head.length;
        System.arraycopy(head, 0, small, 8, head.length);
        Files.write(file, small);
        refused(wan, MAKING, file.toString(), "F8_E4M3", "take it in BF16 or F32 instead");
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
        refused(wan, MAKING, file.toString(), "cut off, so get it again");
    }

    @Test
    void quantisedForOthers() throws IOException {
        Path gguf = Files.writeString(Files.createDirectories(folder.resolve("q")).resolve("wan2.1-q4.gguf"), "GGUF\3\0\0\0");
        for (Path model : List.of(gguf, gguf.getParent())) {
            refused(model, List.of("generate", "stream", "bench", "info"), gguf.toString(), "GGUF", "take the model as safetensors in bf16 or fp32");
        }
    }

    @Test
    void picklesWithCodeOrCutOff() throws IOException {
        Path student = TinyWan.savePickled(folder.resolve("causvid/model.pt"), 5);
        byte[] bytes = Files.readAllBytes(student);
        byte[] evil = bytes.clone();
        byte[] from = "_rebuild_tensor_v2".getBytes();
        int at = new String(evil, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("_rebuild_tensor_v2");
        System.arraycopy("_rebuild_anything2".getBytes(), 0, evil, at, from.length);
        Files.write(student, evil);
        for (Path model : List.of(student, student.getParent())) {
            refused(model, List.of("generate", "stream", "bench", "info"), student.toString(), "asks for torch._utils._rebuild_anything2", "may not bring code",
                    "take these weights as safetensors");
        }
        Files.write(student, Arrays.copyOf(bytes, bytes.length * 2 / 3));
        for (Path model : List.of(student, student.getParent())) {
            refused(model, List.of("generate", "stream", "bench", "info"), student.toString(), "the file is cut off, so get it again");
        }
    }

    @Test
    void sizesAndNumbersOfFrames() throws IOException {
        Path student = TinyWan.saveStudent(TinyWan.save(folder.resolve("student"), 1).resolve("self_forcing_dmd.safetensors"), 5).getParent();
        for (Path model : List.of(wan, student)) {
            for (var wrong : List.of(
                    List.of("--size", "40x16", "40x16 is not possible: width and height must be multiples of 16"),
                    List.of("--frames", "6", "1 + 4k"))) {
                var told = new Told();
                assertThat(Cli.of(Actions.standard(), told.console(), told.stop).run("generate", "a cat", "-m", model.toString(), wrong.get(0),
                        wrong.get(1), "-o", folder.resolve("x.mp4").toString(), "--dtype", "fp32")).as(told.err()).isEqualTo(2);
                assertThat(told.err()).contains(wrong.get(2));
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeItIsLoaded() throws IOException {
        System.setProperty(Backend.MEMORY_LIMIT, "64");
        try {
            refused(wan, List.of("generate", "bench"), "needs about 1.", "where 0.1 GB are free");
            Path student = TinyWan.saveStudent(TinyWan.save(folder.resolve("student"), 1).resolve("self_forcing_dmd.safetensors"), 5).getParent();
            refused(student, List.of("generate", "stream", "bench", "serve"), "needs about 1.", "where 0.1 GB are free");
        } finally {
            System.clearProperty(Backend.MEMORY_LIMIT);
        }
    }
}
