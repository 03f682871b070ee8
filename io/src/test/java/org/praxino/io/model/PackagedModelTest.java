package org.praxino.io.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class PackagedModelTest {
    record TestCodecConfig(int channels) {}

    @TempDir
    Path dir;

    @BeforeEach
    void useOwnCache() {
        System.setProperty("praxino.cache", dir.resolve("cache").toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty("praxino.cache");
    }

    private ModelFolder saved() {
        var info = ModelInfo.of("tiny", "walt", new ModelInfo.ClipSize(8, 8, 5, 12), null, "MIT", Provenance.now(Map.of(), "digest", 1, List.of()));
        return ModelFolder.save(dir.resolve("made/tiny"), info, List.of(new ComponentSource("codec", "walt.codec", new TestCodecConfig(8),
                new TensorMap(Map.of("w", Tensor.of(new float[] {2, 1}, 1, 2))), DType.F32)));
    }

    /** A jar of the model, with the files that {@code kept} says. */
    private Path jar(String name, Predicate<String> kept) throws IOException {
        Path folder = dir.resolve("made");
        Path jar = dir.resolve(name);
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar)); Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String entry = folder.relativize(file).toString().replace('\\', '/');
                if (kept.test(entry)) {
                    zip.putNextEntry(new ZipEntry("praxino-models/" + entry));
                    zip.write(Files.readAllBytes(file));
                }
            }
        }
        return jar;
    }

    private static @Nullable ModelFolder find(Path jar, String name) throws IOException {
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return PackagedModel.find(name, loader);
        }
    }

    @Test
    void aModelInAJarIsUnpackedOnceAndAgainWhenItsCopyIsDamaged() throws IOException {
        ModelFolder saved = saved();
        String hash = saved.info().hash();
        assertThat(saved.showcase()).isEqualTo(new Showcase(hash, List.of()));
        var showcase = new Showcase(hash, List.of(new Showcase.Entry("a red heart beating", "red heart", 4, 0.25)));
        showcase.write(saved.path().resolve(Showcase.FILE));
        Path jar = jar("tiny.jar", entry -> true);
        ModelFolder found = find(jar, "tiny");
        assertThat(found.showcase()).isEqualTo(showcase);
        assertThat(found.path()).startsWith(dir.resolve("cache")).endsWith(Path.of(hash, "tiny"));
        found.verify();
        Path weights = found.path().resolve("codec/model.safetensors");
        Object made = Files.readAttributes(weights, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
        find(jar, "tiny");
        assertThat(Files.readAttributes(weights, java.nio.file.attribute.BasicFileAttributes.class).fileKey()).isEqualTo(made);

        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1; // of the same length: only the checksum tells
        Files.write(weights, bytes);
        find(jar, "tiny").verify();
        Files.delete(weights);
        find(jar, "tiny").verify();
    }

    @Test
    void aNameThatNoJarCarriesIsNotFoundAndADamagedJarIsRefused() throws IOException {
        saved();
        assertThat(find(jar("whole.jar", entry -> true), "other")).isNull();
        Path damaged = jar("damaged.jar", entry -> !entry.endsWith("safetensors"));
        assertThatThrownBy(() -> find(damaged, "tiny")).isInstanceOf(UserException.class)
                .hasMessage("The packed model lacks praxino-models/tiny/codec/model.safetensors.");
        assertThat(dir.resolve("cache/models")).satisfiesAnyOf(p -> assertThat(p).doesNotExist(),
                p -> assertThat(Files.walk(p).filter(Files::isRegularFile)).isEmpty());
    }
}
