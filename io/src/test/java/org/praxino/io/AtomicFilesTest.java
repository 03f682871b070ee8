package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class AtomicFilesTest {

    @TempDir
    Path dir;

    @Test
    void writesAndReplacesWholeFiles() {
        Path file = dir.resolve("a/b/c.txt");
        AtomicFiles.writeString(file, "one");
        AtomicFiles.writeString(file, "zwei €");
        assertThat(file).hasContent("zwei €");
        assertThat(files(file.getParent())).containsExactly("c.txt");
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() {
        Path file = dir.resolve("c.txt");
        AtomicFiles.writeString(file, "old");
        assertThatThrownBy(() -> AtomicFiles.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[100]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(UserException.class)
                .hasMessage("Cannot write " + file + ": the disk is full.");
        assertThatThrownBy(() -> AtomicFiles.write(file, channel -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasContent("old");
        assertThat(files(dir)).containsExactly("c.txt");
    }

    @Test
    void whatFailsInAFolderIsCalledByTheNameItWasToHave() {
        Path folder = dir.resolve("000000000040");
        assertThatThrownBy(() -> AtomicFiles.folder(folder, t -> AtomicFiles.write(t.resolve("w.safetensors"), channel -> {
                    throw new IOException("No space left on device");
                })))
                .isInstanceOf(UserException.class)
                .hasMessage("Cannot write " + folder.resolve("w.safetensors") + ": the disk is full.");
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void whatIsNoTextIsCalledThat() throws IOException {
        Path file = Files.write(dir.resolve("x.jsonl"), new byte[] {(byte) 0xe9, '\n'});
        try {
            Files.readString(file);
        } catch (IOException e) {
            assertThat(FileErrors.reading(file, e)).hasMessage("Cannot read " + file + ": it is not UTF-8 text.");
            return;
        }
        org.assertj.core.api.Assertions.fail("these bytes are no UTF-8");
    }

    @Test
    void aFullDiskIsCalledThat() {
        assumeThat(Path.of("/dev/full")).exists();
        assertThatThrownBy(() -> AtomicFiles.write(dir.resolve("x"), channel -> {
                    try (var full = new FileOutputStream("/dev/full")) {
                        full.write(1);
                    }
                }))
                .hasMessage("Cannot write " + dir.resolve("x") + ": the disk is full.");
    }

    @Test
    void saysWhyItCannotWrite() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        assertThatThrownBy(() -> AtomicFiles.writeString(file.resolve("x"), ""))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Cannot write " + file.resolve("x") + ": ");
        Path folder = Files.createDirectories(dir.resolve("folder/sub")).getParent();
        assertThatThrownBy(() -> AtomicFiles.writeString(folder, ""))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Cannot write " + folder + ": ");
        assertThat(files(dir)).containsExactly("file", "folder");
        Path p = Path.of("out.mp4");
        assertThat(FileErrors.writing(p, new AccessDeniedException("out.mp4"))).hasMessage("Cannot write out.mp4: permission denied.");
        assertThat(FileErrors.writing(p, new FileSystemException("out.mp4", null, "Read-only file system")))
                .hasMessage("Cannot write out.mp4: the file system is read-only.");
        assertThat(FileErrors.reading(p, new IOException("Is a directory"))).hasMessage("Cannot read out.mp4: it is a folder.");
        assertThat(FileErrors.reading(p, new IOException("Strange thing.\n"))).hasMessage("Cannot read out.mp4: strange thing.");
        assertThat(FileErrors.reading(p, new IOException())).hasMessage("Cannot read out.mp4: the system reported IOException.");
    }

    @Test
    void foldersAppearWholeAndAreReplacedWhole() throws IOException {
        Path target = dir.resolve("model");
        AtomicFiles.folder(target, folder -> {
            assertThat(target).doesNotExist();
            assertThat(AtomicFiles.isTemporary(folder)).isTrue();
            Files.createDirectories(folder.resolve("codec"));
            Files.writeString(folder.resolve("codec/config.json"), "1");
            Files.writeString(folder.resolve("model.json"), "1");
        });
        AtomicFiles.folder(target, folder -> Files.writeString(folder.resolve("model.json"), "2"));
        assertThat(files(target)).containsExactly("model.json");
        assertThat(target.resolve("model.json")).hasContent("2");
        assertThatThrownBy(() -> AtomicFiles.folder(target, folder -> {
                    Files.writeString(folder.resolve("model.json"), "3");
                    throw new IOException("No space left on device");
                }))
                .hasMessageEndingWith("the disk is full.");
        assertThat(target.resolve("model.json")).hasContent("2");
        assertThat(files(dir)).containsExactly("model");
        AtomicFiles.delete(target);
        AtomicFiles.delete(target);
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void anInterruptedProcessCleansUp() throws Exception {
        Path file = dir.resolve("never.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessWriter.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            process.getInputStream().read(); // it says when it is in the middle of writing
            assertThat(files(dir)).hasSize(1);
            process.destroy(); // SIGTERM, an orderly end like Ctrl-C
            process.waitFor();
            assertThat(files(dir)).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    static final class EndlessWriter {
        public static void main(String[] args) {
            AtomicFiles.write(Path.of(args[0]), channel -> {
                channel.write(ByteBuffer.wrap(new byte[1000]));
                System.out.println("writing");
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
        }
    }

    @Test
    void checksums() throws IOException {
        // FIPS 180-2, appendix B.1
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(Sha256.ofText("abc")).isEqualTo(abc);
        assertThat(Sha256.ofFile(Files.writeString(dir.resolve("abc"), "abc"))).isEqualTo(abc);
        byte[] big = new byte[(1 << 20) + 17];
        big[1 << 20] = 1;
        assertThat(Sha256.ofFile(Files.write(dir.resolve("big"), big))).isEqualTo(Sha256.ofBytes(big));
    }

    private static java.util.List<String> files(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
