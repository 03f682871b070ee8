package org.praxino.io.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

@ExtendWith(LeakCheck.class)
class TorchCheckpointTest {
    private static final Path GOLDEN = Path.of("..", "golden", "torch-checkpoint");

    @TempDir
    Path dir;

    private Path file(String name) {
        return dir.resolve(name);
    }

    private void refused(Path file, String... parts) {
        assertThatThrownBy(() -> TorchCheckpoint.open(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Cannot read " + file + ": ")
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    private void refused(PickleWriter pickled, String... parts) throws IOException {
        refused(pickled.write(file("bad.pt")), parts);
    }

    /** The bytes that PyTorch itself wrote, against the tensors it wrote them from. */
    @Test
    void readsWhatPyTorchSaved() {
        try (var checkpoint = TorchCheckpoint.open(GOLDEN.resolve("model.pt"));
                var expected = SafetensorsFile.open(GOLDEN.resolve("expected.safetensors"))) {
            assertThat(checkpoint.parts()).containsExactly("generator", "critic");
            assertThat(checkpoint.facts()).containsEntry("step", 3000L);
            WeightSource generator = checkpoint.part("generator");
            assertThat(generator.names()).hasSize(30).contains("head.head.weight");
            assertThat(checkpoint.part("critic").dtype("blocks.0.modulation")).isEqualTo(DType.BF16);
            assertThat(checkpoint.names()).hasSize(35).contains("critic.model.blocks.0.modulation");
            for (String name : generator.names()) {
                assertThat(generator.read(name).sameAs(expected.read("generator." + name))).as(name).isTrue();
            }
            assertThatThrownBy(() -> checkpoint.part("generator_ema"))
                    .hasMessageContaining("There is no \"generator_ema\" in").hasMessageContaining("it has generator, critic.");
            assertThatThrownBy(() -> checkpoint.read("x")).hasMessageContaining("no tensor \"x\"");
        }
    }

    @Test
    void readsModulesStateParametersAndViews() throws IOException {
        Path path = new PickleWriter()
                .storage("0", 0, 1, 2, 3, 4, 5, 6, 7)
                .global("collections", "OrderedDict").op(')', 'R', '(')
                .text("turned").tensor("FloatStorage", "0", 8, 1, new int[] {2, 3}, new int[] {1, 2})
                .text("plain").tensor("FloatStorage", "0", 8, 2, new int[] {2, 2}, new int[] {2, 1})
                .text("one").tensor("FloatStorage", "0", 8, 7, new int[0], new int[0])
                .text("none").tensor("FloatStorage", "0", 8, 0, new int[] {0, 3}, new int[] {3, 1})
                .text("learns").global("torch._utils", "_rebuild_parameter").op('(')
                .tensor("FloatStorage", "0", 8, 0, new int[] {2}, new int[] {1}).op(0x88)
                .global("collections", "OrderedDict").op(')', 'R', 't', 'R')
                .op('u')
                .op('}', '(').text("_metadata").op('}', 'u', 'b')
                .write(file("state.pth"));
        try (var checkpoint = TorchCheckpoint.open(path)) {
            assertThat(checkpoint.names()).containsExactly("turned", "plain", "one", "none", "learns");
            assertThat(checkpoint.read("turned").toFloatArray()).containsExactly(1, 3, 5, 2, 4, 6);
            assertThat(checkpoint.read("plain").toFloatArray()).containsExactly(2, 3, 4, 5);
            assertThat(checkpoint.read("one").item()).isEqualTo(7);
            assertThat(checkpoint.read("none").shape()).containsExactly(0, 3);
            assertThat(checkpoint.read("learns").toFloatArray()).containsExactly(0, 1);
        }
    }

    @Test
    void aFileMayNotBringCode() throws IOException {
        refused(new PickleWriter().global("os", "system").text("touch /tmp/owned").op(0x85, 'R'), "asks for os.system", "may not bring code");
        refused(new PickleWriter().text("builtins").text("eval").op(0x93), "asks for builtins.eval");
        refused(new PickleWriter().global("torch", "load"), "asks for torch.load");
        refused(new PickleWriter().global("torch._utils", "_rebuild_tensor_v3"), "fp8", "bf16 or fp32");
        refused(new PickleWriter().op('(').text("a").op('i'), "opcode INST", "may not bring code");
        refused(new PickleWriter().op('}').op(')', 0x81), "opcode NEWOBJ", "makes an object by code");
        refused(new PickleWriter().global("argparse", "Namespace").op(')', 0x81), "asks for argparse.Namespace, which is code");
        refused(new PickleWriter().global("torch.storage", "_load_from_bytes"), "_load_from_bytes, which is code");
        refused(new PickleWriter().global("torch", "float32").op(')', 'R'), "only names a type");
        refused(new PickleWriter().op('}', '(').text("a").op(']').text("b").global("os", "system").op('u'), "asks for os.system, which is code");
        refused(new PickleWriter().op(0xfe), "opcode 0xfe");
        refused(new PickleWriter().op('}').op('}', '(').text("__setstate__").number(1).op('u', 'b'), "opcode BUILD");
        refused(new PickleWriter().global("collections", "OrderedDict").text("x").op(0x85, 'R'), "makes a dictionary out of something else");
        refused(new PickleWriter().text("x").op(')', 'R'), "calls something that is no function");
        refused(new PickleWriter().text("x").op('Q'), "that is no storage");
        refused(new PickleWriter().op(0x80, 7), "protocol 7");
    }

    /** What a training keeps beside its weights: lists, sets, sizes, types, bytes, an optimiser's state. */
    @Test
    void harmlessValuesBesideTheWeightsAreSkipped() throws IOException {
        var pickle = new PickleWriter().storage("0", 1, 2).op('}', '(')
                .text("w").tensor("FloatStorage", "0", 2, 0, new int[] {2}, new int[] {1})
                .text("list").op(']', '(').number(1).text("x").op('N', 'e')
                .text("itself").op(']', 'q', 9, 'h', 9, 'a')
                .text("pair list").op('(').number(1).number(2).op('l')
                .text("pairs").op('(').text("k").number(1).op('d')
                .text("set").op(0x8f, '(').number(1).number(2).op(0x90)
                .text("frozen").op('(').number(1).op(0x91)
                .text("old set").global("__builtin__", "set").op(']', '(').number(3).op('e', 0x85, 'R')
                .text("size").global("torch", "Size").numbers(2, 3).op(0x85, 'R')
                .text("type").global("torch", "bfloat16")
                .text("device").global("torch", "device").text("cuda").number(0).op(0x86, 'R')
                .text("bytes").op('C', 3, 1, 2, 3)
                .text("more bytes").op('B', 2, 0, 0, 0, 1, 2)
                .text("array").op(0x96, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2)
                .text("long").op(0x8b, 2, 0, 0, 0, 1, 1)
                .text("counter").global("collections", "Counter").op('}', 0x85, 'R')
                .text("random").global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray").number(0).op(0x85)
                .op('C', 1, 'b', 0x87, 'R', '(').number(1).numbers(3).global("numpy", "dtype").text("u4").op(0x89, 0x88, 0x87, 'R', '(')
                .number(3).text("<").op('N', 'N', 'N', 't', 'b', 0x89).op('C', 1, 7, 't', 'b')
                .text("optimizer").op('}', '(').text("state").global("collections", "defaultdict").global("builtins", "dict").op(0x85, 'R', '(')
                .number(0).op('}', '(').text("step").number(3).text("exp_avg").tensor("FloatStorage", "0", 2, 0, new int[] {2}, new int[] {1})
                .op('u', 'u')
                .text("param_groups").op(']', '}', '(').text("lr").number(1).text("betas").op('(').number(0).number(1).op('t')
                .text("params").op(']', '(').number(0).op('e', 'u', 'a', 'u')
                .text("by pair").op('}').op('(').number(1).number(2).op('t').number(3).op('s')
                .text("sub").op(0x88, '0')
                .tensor("FloatStorage", "0", 2, 1, new int[] {1}, new int[] {1})
                .op('u');
        try (var checkpoint = TorchCheckpoint.open(pickle.write(file("training.pt")))) {
            assertThat(checkpoint.names()).containsExactly("w", "optimizer.state.0.exp_avg", "sub");
            assertThat(checkpoint.read("w").toFloatArray()).containsExactly(1, 2);
            assertThat(checkpoint.facts()).containsEntry("optimizer.state.0.step", 3L).containsEntry("long", 257L).containsEntry("pairs.k", 1L);
        }
        refused(new PickleWriter().op(']'), "holds no dictionary of weights");
        refused(new PickleWriter().op('}').number(1).op('a'), "adds to something that is no list");
        refused(new PickleWriter().op('B', 0xff, 0xff, 0xff, 0x7f), "ends in the middle");
        refused(new PickleWriter().op(0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), "ends in the middle");
        refused(new PickleWriter().op('2'), "opcode DUP, which is not read");
    }

    /** Any bytes: weights or a sentence, at once. */
    @Test
    void damagedPicklesEndInASentence() throws IOException {
        var random = new java.util.Random(11);
        int[] ops = {'}', ']', ')', '(', 't', 'e', 'a', 'u', 's', 'd', 'l', 'R', 'b', 'Q', 'q', 'h', '0', '1', 'N', 'K', 'C', 0x81, 0x85, 0x86, 0x8b,
            0x8f, 0x90, 0x91, 0x94};
        for (int round = 0; round < 2000; round++) {
            var pickle = new PickleWriter().op('}', '(').text("w");
            for (int i = 0; i < 12; i++) {
                pickle.op(ops[random.nextInt(ops.length)]);
                if (random.nextInt(4) == 0) {
                    pickle.global("torch", random.nextBoolean() ? "Size" : "float32");
                }
            }
            try (var read = TorchCheckpoint.open(pickle.write(file("random.pt")))) {
                assertThat(read.names()).isEmpty();
            } catch (UserException e) {
                assertThat(e.getMessage()).startsWith("Cannot read ").doesNotContain("\n");
            }
        }
    }

    @Test
    void tensorsMustBeInTheFile() throws IOException {
        refused(new PickleWriter().storage("0", 1).op('}', '(').text("w")
                .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1}).op('u'), "\"w\" needs 4 elements of F32");
        refused(new PickleWriter().op('}', '(').text("w")
                .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1}).op('u'), "bytes of \"w\" are not in the file");
        refused(new PickleWriter().storage("0", 1, 2).op('}', '(').text("w")
                .tensor("FloatStorage", "0", 2, 1, new int[] {2}, new int[] {1}).op('u'), "over 2 stored ones");
        refused(new PickleWriter().storage("0", 1, 2).op('}', '(').text("w")
                .tensor("FloatStorage", "0", 2, 0, new int[] {1 << 30, 1 << 30}, new int[] {0, 0}).op('u'), "over 2 stored ones");
        refused(new PickleWriter().storage("0", 1, 2).op('}', '(').text("w")
                .tensor("FloatStorage", "0", 2, -1, new int[] {1}, new int[] {1}).op('u'), "no whole number of 0 or more");
        refused(new PickleWriter().op('}', '(').text("a").number(1).text("a").number(2).op('u'), "key \"a\" twice");
        refused(new PickleWriter().number(1), "no dictionary of weights");
    }

    @Test
    void dictionariesInsideThemselvesEnd() throws IOException {
        refused(new PickleWriter().op('}', 'q', 0, '(').text("me").op('h', 0, 'u'), "16 deep");
    }

    /** A billion laughs: every level holds the one below ten times, under ten names. */
    @Test
    void dictionariesThatShareEachOtherAreRefusedAtOnce() throws IOException {
        long begun = System.nanoTime();
        for (int levels : new int[] {6, 7, 14}) {
            refused(laughing(levels, 10, "k"), "have more than 1000000 entries");
        }
        refused(laughing(3, 10, "k".repeat(2000)), "a name of more than 4000 characters");
        assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
        try (var small = TorchCheckpoint.open(laughing(3, 10, "k").write(file("small.pt")))) {
            assertThat(small.names()).as("sharing itself is no fault").isEmpty();
        }
    }

    private static PickleWriter laughing(int levels, int times, String name) {
        var pickle = new PickleWriter().op('}', '(').text("leaf").op('}').text("leaf2").op('}', 'u', 'q', 0);
        for (int level = 1; level <= levels; level++) {
            pickle.op('}', '(');
            for (int i = 0; i < times; i++) {
                pickle.text(name + i).op('h', level - 1);
            }
            pickle.op('u', 'q', level);
        }
        return pickle;
    }

    @Test
    void damagedPicklesAreNamed() throws IOException {
        refused(new PickleWriter().op('}', 'u'), "a mark that is not there");
        refused(new PickleWriter().op('h', 3), "recalls value 3");
        refused(new PickleWriter().op('s'), "a value that is not there");
        refused(new PickleWriter().op('}', '(').text("a").op('u'), "a key without a value");
        refused(new PickleWriter().op('X', 0xff, 0xff, 0xff, 0x7f), "ends in the middle");
        refused(new PickleWriter().byteOrder("big").op('}'), "not little-endian");
    }

    @Test
    void filesThatAreNoCheckpointsSayWhatTheyAre() throws IOException {
        byte[] whole = Files.readAllBytes(GOLDEN.resolve("model.pt"));
        refused(Files.write(file("cut.pt"), Arrays.copyOf(whole, whole.length - 400)), "the file is cut off");
        refused(Files.write(file("empty.pt"), new byte[0]), "it is empty: get it again");
        refused(Files.write(file("text.pt"), "weights".getBytes()), "does not begin like a zip archive");
        refused(Files.write(file("pointer.pt"), "version https://git-lfs.github.com/spec/v1\noid sha256:96b6\n".getBytes()), "pointer of Git LFS");
        refused(Files.write(file("page.pt"), "\n<!DOCTYPE html><html>Sign in</html>".getBytes()), "a web page");
        refused(Files.write(file("old.pt"), Arrays.copyOf(new byte[] {(byte) 0x80, 2, (byte) 0x8a}, 64)), "before version 1.6");
        refused(Files.write(file("q.gguf"), Arrays.copyOf("GGUF".getBytes(), 64)), "GGUF");
        SafetensorsWriter.to(file("w.pt")).write(java.util.Map.of("a", Tensor.of(new float[] {1})));
        refused(file("w.pt"), "safetensors file");
        refused(new PickleWriter().op('}').write(file("packed.pt"), ZipEntry.DEFLATED), "is compressed");
        assertThatThrownBy(() -> TorchCheckpoint.open(file("nowhere.pt"))).hasMessageContaining("there is no such file");
        byte[] pointing = whole.clone();
        int directory = lastIndexOf(pointing, new byte[] {'P', 'K', 1, 2});
        pointing[directory + 42] = (byte) 0xff;
        pointing[directory + 44] = (byte) 0xff;
        refused(Files.write(file("pointing.pt"), pointing), "damaged or cut off");
    }

    private static int lastIndexOf(byte[] in, byte[] what) {
        for (int i = in.length - what.length; i >= 0; i--) {
            if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
