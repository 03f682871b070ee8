package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanPart;

/** {@code convert}, as it is typed. */
@ExtendWith(LeakCheck.class)
class ConvertTest {
    private static final Path PICKLED = Checkout.root().resolve("golden/torch-checkpoint/model.pt");

    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private final Cli cli = Cli.of(CommandActions.standard(), captured.console(), captured.stop);

    private int convert(Object... args) {
        return cli.run(Stream.concat(Stream.of("convert"), Stream.of(args).map(Object::toString)).toArray(String[]::new));
    }

    @Test
    void aPickledNetworkBecomesSafetensorsWithItsOrigin() {
        Path out = folder.resolve("a/generator.safetensors");
        assertThat(convert(PICKLED, "--out", out, "--to", "fp32")).as(captured.err()).isZero();
        Path critic = folder.resolve("critic.safetensors");
        assertThat(convert(PICKLED, "--out", critic, "--network", "critic")).as(captured.err()).isZero();
        Path expected = Checkout.root().resolve("golden/torch-checkpoint/expected.safetensors");
        try (var generator = SafetensorsFile.open(out);
                var other = SafetensorsFile.open(critic);
                var reference = SafetensorsFile.open(expected);
                var scope = Scope.open("test")) {
            assertThat(generator.names()).isNotEmpty().allSatisfy(name -> {
                assertThat(name).doesNotStartWith("model.").doesNotStartWith("generator");
                assertThat(reference.names()).contains("generator." + name);
                boolean floating = reference.dtype("generator." + name).isFloating();
                assertThat(generator.dtype(name)).isEqualTo(floating ? DType.F32 : reference.dtype("generator." + name));
                assertThat(generator.read(name).toByteArray()).isEqualTo(reference.read("generator." + name).to(generator.dtype(name)).toByteArray());
            });
            assertThat(other.names()).allSatisfy(n -> assertThat(other.dtype(n))
                    .isIn(DType.BF16, DType.I64, DType.I32, DType.BOOL, DType.U8, DType.I8, DType.I16));
            assertThat(generator.metadata()).containsEntry("format", "pt");
            assertThat(generator.metadata().get("praxino.provenance")).contains(Sha256.ofFile(PICKLED)).contains("\"model.pt\"").contains("fp32");
            assertThat(other.metadata().get("praxino.provenance")).contains("\"critic\"");
        }
        assertThat(captured.out()).contains(out.toString()).contains("MB");
    }

    @Test
    void aFolderBecomesAFolderThatFits() throws IOException {
        Path wan = TinyWanFolder.write(folder.resolve("wan"));
        Path out = folder.resolve("small");
        assertThat(convert(wan, "--out", out)).as(captured.err()).isZero();
        WanFolder small = WanFolder.open(out);
        for (WanPart part : WanPart.values()) {
            var check = small.check(part);
            assertThat(check.fits()).as(check.toString()).isTrue();
            assertThat(check.types()).containsOnlyKeys(DType.BF16);
        }
        assertThat(small.hasTokenizer()).isTrue();
        assertThat(out.resolve("model_index.json")).exists();
        Path student = folder.resolve("student");
        Files.createDirectories(student);
        assertThat(convert(wan.resolve("transformer/diffusion_pytorch_model.safetensors"), "--out",
                student.resolve("causal_forcing.safetensors"))).isZero();
        assertThat(WanFolder.open(student).family()).isEqualTo(WanFolder.Family.SELF_FORCING);
    }

    @Test
    void aPictureEncoderGoesAlong() throws IOException {
        Path out = folder.resolve("small");
        assertThat(convert(org.praxino.wan.TinyWan.saveFromPicture(folder.resolve("i2v"), 1), "--out", out)).as(captured.err()).isZero();
        try (var pictures = SafetensorsFile.open(WanFolder.open(out).pictures())) {
            assertThat(pictures.dtype("visual.cls_embedding")).isEqualTo(DType.BF16);
        }
        assertThat(cli.run("info", out.toString())).isZero();
        assertThat(captured.out()).contains("image to video, width 24").contains("picture encoder")
                .contains("models_clip_open-clip-xlm-roberta-large-vit-huge-14.safetensors");
    }

    @Test
    void anAdapterIsMergedIn() throws IOException {
        Path wan = org.praxino.wan.TinyWan.save(folder.resolve("longlive"), 1);
        Path base = org.praxino.wan.TinyWan.saveStudent(wan.resolve("longlive_base.safetensors"), 5);
        String q = "blocks.0.self_attn.q";
        Path out = folder.resolve("merged");
        try (var scope = Scope.open("test")) {
            Tensor a = RandomStream.of(1, "A").normal(2, 24);
            Tensor b = RandomStream.of(1, "B").normal(24, 2);
            SafetensorsWriter.to(wan.resolve("lora.safetensors")).write(Map.of(q + ".lora_A.weight", a, q + ".lora_B.weight", b));
            assertThat(convert(wan, "--out", out, "--to", "fp32")).as(captured.err()).isZero();
            try (var merged = SafetensorsFile.open(out.resolve("longlive_base.safetensors"));
                    var plain = SafetensorsFile.open(base)) {
                Tensor expected = plain.read("generator_ema.model." + q + ".weight").add(b.matmul(a));
                assertThat(merged.read(q + ".weight").sub(expected).abs().max().item()).isLessThan(1e-5);
                assertThat(merged.metadata().get("praxino.provenance")).contains("lora.safetensors", "longlive_base.safetensors");
            }
        }
        assertThat(WanFolder.open(out).adapter()).isNull();
        assertThat(cli.run("info", wan.toString())).as(captured.err()).isZero();
        assertThat(captured.out()).contains("LongLive, a causal student", "lora.safetensors is added to it");
    }

    @Test
    void refusesInOneSentence() throws IOException {
        Path there = Files.writeString(folder.resolve("there.safetensors"), "x");
        assertThat(convert(PICKLED, "--out", there)).isEqualTo(2);
        assertThat(convert(PICKLED, "--out", folder.resolve("x.pt"))).isEqualTo(2);
        assertThat(convert(PICKLED, "--out", folder.resolve("x.safetensors"), "--network", "nobody")).isEqualTo(2);
        assertThat(convert(folder.resolve("nowhere"), "--out", folder.resolve("x.safetensors"))).isEqualTo(2);
        assertThat(convert(Files.createDirectories(folder.resolve("empty")), "--out", folder.resolve("y"))).isEqualTo(2);
        assertThat(convert(there, "--out", folder.resolve("x.safetensors"))).isEqualTo(2);
        assertThat(captured.err().lines()).hasSize(6).allMatch(l -> l.startsWith("praxino: ") && l.endsWith("."));
        assertThat(captured.err()).contains("exists already").contains("must end in .safetensors").contains("here is no \"nobody\"")
                .contains("here is no file or folder").contains("holds no model of Wan 2.1");
        assertThat(folder.resolve("x.safetensors")).doesNotExist();
    }
}
