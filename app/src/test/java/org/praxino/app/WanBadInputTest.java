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
                case "generate" -> List.of("generate", "a cat", "-m", model.toString(), "--size", "32x16", "--frames", "5", "-o",
                        folder.resolve("x.mp4").toString());
                case "stream" -> List.of("stream", "-p", "a cat", "-m", model.toString(), "--size", "32x16", "--seconds", "1", "-o",
                        folder.resolve("x.y4m").toString());
                case "serve" -> List.of("serve", "--check", "-m", model.toString(), "--size", "32x16", "--data", folder.resolve("server").toString());
                case "bench" -> List.of("bench", "wan", "-m", model.toString(), "--size", "32x16");
                case "convert" -> List.of("convert", model.toString(), "--out",
                        folder.resolve("x" + (Files.isDirectory(model) ? "" : ".safetensors")).toString());
                default -> List.of(command, model.toString());
            });
            if (List.of("generate", "stream", "serve", "bench").contains(command)) {
                line.addAll(List.of("--dtype", "fp32"));
            }
            var captured = new CapturedConsole();
            assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(line.toArray(String[]::new))).as(command + ": "
                    + captured.err()).isEqualTo(2);
            assertThat(captured.err().strip().lines()).as(command).hasSize(1);
            assertThat(captured.err().strip()).as(command).startsWith("praxino: ").endsWith(".").contains(parts);
        }
        assertThat(folder.resolve("x.mp4")).doesNotExist();
        assertThat(folder.resolve("x.y4m")).doesNotExist();
        assertThat(folder.resolve("x")).doesNotExist();
        assertThat(folder.resolve("x.safetensors")).doesNotExist();
    }

    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
    private static final String POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:96b6b242\nsize 5676070424\n";
    private static final List<String> MAKING = List.of("generate", "stream", "serve", "convert");

    @Test
    void aWrongFolder() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(empty, List.of("generate", "stream", "bench", "info", "convert"), empty.toString());
        refused(folder.resolve("nowhere"), List.of("generate", "stream", "bench", "info", "convert"), "nowhere");
        refused(wan.resolve("transformer/config.json"), List.of("generate", "stream", "serve"),
                "config.json is a file and not a model folder", "name the folder");
        refused(wan.resolve("transformer"), List.of("generate", "stream", "serve", "convert"), "no VAE in", "expected Wan2.1_VAE.pth, or vae/");
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.createFile(other.resolve("Wan2.2_VAE.pth"));
        refused(other, MAKING, other.toString(), "Wan 2.2", "praxino pull lists some");
    }

    @Test
    void mixedLayouts() throws IOException {
        Files.createFile(wan.resolve("Wan2.1_VAE.pth"));
        refused(wan, List.of("generate", "stream", "serve", "bench", "info", "convert"), wan.toString(), "Wan2.1_VAE.pth", "vae/",
                "keep one of them");
    }

    @Test
    void oneShardMissing() throws IOException {
        Path transformer = wan.resolve("transformer");
        Files.move(transformer.resolve("diffusion_pytorch_model.safetensors"), transformer.resolve("d-00001-of-00002.safetensors"));
        Files.writeString(transformer.resolve("diffusion_pytorch_model.safetensors.index.json"), "{\"weight_map\":{"
                + "\"patch_embedding.weight\":\"d-00001-of-00002.safetensors\",\"patch_embedding.bias\":\"d-00002-of-00002.safetensors\"}}");
        refused(wan, List.of("generate", "stream", "serve", "bench", "convert"), "index.json", "d-00002-of-00002.safetensors",
                "get them from where the index came from");
        Files.delete(transformer.resolve("diffusion_pytorch_model.safetensors.index.json"));
        refused(wan, MAKING, transformer.toString(), "d-00001-of-00002.safetensors is there, but not the index", "get d.safetensors.index.json too");
        Files.move(transformer.resolve("d-00001-of-00002.safetensors"), transformer.resolve("." + WEIGHTS + ".part"));
        refused(wan, MAKING, transformer.toString(), "." + WEIGHTS + ".part is an interrupted download", "the same praxino pull continues it");
    }

    @Test
    void whatStandsInForAFile() throws IOException {
        Path file = wan.resolve("transformer").resolve(WEIGHTS);
        for (var stands : List.of(
                List.of(POINTER, "a pointer of Git LFS", "git lfs pull"),
                        List.of("<!DOCTYPE html><html>Sign in to go on</html>", "a web page", "get it again"),
                List.of("", "is empty", "get it again"), List.of("GGUF\3\0\0\0\0\0\0\0\0\0", "a GGUF file", "take the weights as safetensors"))) {
            Files.writeString(file, stands.get(0));
            refused(wan, MAKING, file.toString(), stands.get(1), stands.get(2));
        }
        Path student = Files.writeString(wan.resolve("model.pt"), POINTER);
        refused(wan, List.of("generate", "stream", "serve", "bench", "info", "convert"), student.toString(), "a pointer of Git LFS", "git lfs pull");
        Files.delete(student);
        TinyWan.savePickled(student, 5);
        Path named = Files.move(student, wan.resolve("student.safetensors"));
        refused(wan, MAKING, named.toString(), "as PyTorch's checkpoints are", "end in .pt or .pth");
    }

    @Test
    void aTokenizerThatIsNone() throws IOException {
        Path tokenizer = wan.resolve("tokenizer/tokenizer.json");
        for (String stands : List.of("{}", POINTER)) {
            Files.writeString(tokenizer, stands);
            refused(wan, List.of("serve"), "annot read " + tokenizer, "not a tokenizer.json this version knows");
        }
    }

    @Test
    void weightsOfAnotherNetwork() throws IOException {
        Path student = Files.copy(wan.resolve("vae").resolve(WEIGHTS), wan.resolve("student.safetensors"));
        refused(wan, MAKING, student.toString(), "does not fit the network", "missing, such as patch_embedding.weight");
        Files.delete(student);
        Path config = wan.resolve("transformer/config.json");
        String right = Files.readString(config);
        Files.writeString(config, right.replace("\"ffn_dim\":32", "\"ffn_dim\":48"));
        refused(wan, MAKING, wan.resolve("transformer").toString(), "of another shape, such as blocks.0.ffn.0.bias [32] instead of [48]");
        Files.writeString(config, "{\"dim\":");
        refused(wan, MAKING, config.toString(), "is not valid JSON");
        Files.delete(config);
        refused(wan, MAKING, wan.resolve("transformer").toString(), "no config.json beside it");
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
            refused(model, List.of("generate", "stream", "serve", "bench", "info", "convert"), gguf.toString(), "GGUF",
                    "take the model as safetensors in bf16 or fp32");
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
            refused(model, List.of("generate", "stream", "serve", "bench", "info", "convert"), student.toString(),
                    "asks for torch._utils._rebuild_anything2", "may not bring code",
                    "take these weights as safetensors");
        }
        Files.write(student, Arrays.copyOf(bytes, bytes.length * 2 / 3));
        for (Path model : List.of(student, student.getParent())) {
            refused(model, List.of("generate", "stream", "serve", "bench", "info", "convert"), student.toString(),
                    "the file is cut off, so get it again");
        }
        for (String part : List.of("Wan2.1_VAE.pth", "models_t5_umt5-xxl-enc-bf16.pth")) { // Wan's own names, beside the parts of diffusers' layout
            Path other = TinyWan.save(folder.resolve("own" + part), 1);
            Files.move(other.resolve(part.startsWith("Wan") ? "vae" : "text_encoder"), folder.resolve("aside" + part));
            Files.write(other.resolve(part), evil);
            refused(other, MAKING, part, "may not bring code", "take these weights as safetensors");
            Files.write(other.resolve(part), Arrays.copyOf(bytes, bytes.length * 2 / 3));
            refused(other, MAKING, part, "the file is cut off, so get it again");
        }
    }

    @Test
    void sizesAndNumbersOfFrames() throws IOException {
        Path student = TinyWan.saveStudent(TinyWan.save(folder.resolve("student"), 1).resolve("self_forcing_dmd.safetensors"), 5).getParent();
        for (Path model : List.of(wan, student)) {
            for (var wrong : List.of(
                    List.of("--size", "40x16", "40x16 is not possible: width and height must be multiples of 16"),
                    List.of("--frames", "6", "1 + 4k"))) {
                var captured = new CapturedConsole();
                assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("generate", "a cat", "-m", model.toString(), wrong.get(0),
                        wrong.get(1), "-o", folder.resolve("x.mp4").toString(), "--dtype", "fp32")).as(captured.err()).isEqualTo(2);
                assertThat(captured.err()).contains(wrong.get(2));
            }
            Path document = Files.writeString(folder.resolve("t.json"),
                    "{\"prompts\":[{\"at\":0,\"prompt\":\"a cat\"}],\"seconds\":1,\"size\":\"40x16\",\"fps\":16}");
            for (var line : List.of(
                    List.of("stream", "-p", "a cat", "-m", model.toString(), "--size", "40x16", "-o", folder.resolve("x.y4m").toString()),
                    List.of("stream", "--timeline", document.toString(), "-m", model.toString(), "-o", folder.resolve("x.y4m").toString()),
                    List.of("serve", "--check", "-m", model.toString(), "--size", "40x16", "--data", folder.resolve("server").toString()),
                    List.of("bench", "wan", "-m", model.toString(), "--size", "40x16"), List.of("info", model.toString(), "--size", "40x16"))) {
                var captured = new CapturedConsole();
                assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(line.toArray(String[]::new))).as(line
                        + captured.err()).isEqualTo(2);
                assertThat(captured.err().strip().lines()).hasSize(1);
                assertThat(captured.err()).contains("40x16 is not possible", "multiples of 16");
            }
            var captured = new CapturedConsole();
            assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("info", model.toString(), "--frames", "6")).isEqualTo(2);
            assertThat(captured.err()).contains("6 frames are not possible", "1 + 4k, such as 5 or 9");
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
