package org.praxino.io.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class CheckpointsTest {

    record Config(int width, double rate) {}

    @TempDir
    Path dir;

    private static Provenance provenance(long samples) {
        return Provenance.now(new Config(64, 1e-3), "abc", samples, List.of("parent"));
    }

    private Checkpoint save(long samples, int keep) {
        return Checkpoints.in(dir).save(provenance(samples), keep, folder -> SafetensorsWriter.to(folder.resolve("ema.safetensors"))
                .write(Map.of("w", Tensor.of(new float[] {samples}))));
    }

    @Test
    void keepsTheNewestAndFindsTheLatest() {
        Checkpoints checkpoints = Checkpoints.in(dir.resolve("not/yet"));
        assertThat(checkpoints.latest()).isEmpty();
        for (long samples : new long[] {900, 1000, 11_000, 12_000}) {
            save(samples, 3);
        }
        assertThat(Checkpoints.in(dir).all()).extracting(Checkpoint::samplesSeen).containsExactly(1000L, 11_000L, 12_000L);
        Checkpoint latest = Checkpoints.in(dir).latest().orElseThrow();
        assertThat(latest.folder().getFileName()).hasToString("000000012000");
        try (SafetensorsFile weights = latest.weights("ema.safetensors")) {
            assertThat(weights.read("w").item()).isEqualTo(12_000);
        }
        save(12_000, 1);
        assertThat(Checkpoints.in(dir).all()).hasSize(1);
        assertThatThrownBy(() -> save(13_000, 0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("keepLast=0");
    }

    @Test
    void carriesItsProvenance() {
        Instant before = Instant.now().minusSeconds(2);
        Provenance provenance = save(7, 1).provenance();
        assertThat(provenance.config()).isEqualTo(Json.tree(new Config(64, 1e-3)));
        assertThat(Json.fromTree(provenance.config(), "config", Config.class)).isEqualTo(new Config(64, 1e-3));
        assertThat(provenance.dataDigest()).isEqualTo("abc");
        assertThat(provenance.samplesSeen()).isEqualTo(7);
        assertThat(provenance.parents()).containsExactly("parent");
        assertThat(provenance.createdAt()).isBetween(before, Instant.now());
        assertThat(provenance.praxinoVersion()).isNotBlank();
        assertThat(provenance.host().cores()).isPositive();
        assertThat(provenance.host().memoryMib()).isGreaterThan(100);
        assertThat(provenance.host().java()).contains(System.getProperty("java.vm.vendor"));
        assertThat(provenance.host().torch()).startsWith("2.");
        assertThat(Json.pretty(provenance)).contains("\"createdAt\": \"20").contains("\"gitCommit\": ");
    }

    @Test
    void neverPicksUpWhatIsNotWhole() throws IOException {
        save(100, 5);
        Files.createDirectories(dir.resolve("000000000200")); // no provenance: somebody copied a part
        Files.createDirectories(dir.resolve(".000000000300.1-f.tmp"));
        Json.write(dir.resolve(".000000000300.1-f.tmp/provenance.json"), provenance(300));
        Files.writeString(dir.resolve("000000000400"), "a file");
        assertThat(Checkpoints.in(dir).latest().orElseThrow().samplesSeen()).isEqualTo(100);
        assertThatThrownBy(() -> Checkpoints.in(dir).save(provenance(500), 5, folder -> {
                    Files.writeString(folder.resolve("ema.safetensors"), "half");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("the disk is full.");
        assertThat(Checkpoints.in(dir).latest().orElseThrow().samplesSeen()).isEqualTo(100);
        save(600, 5);
        try (var entries = Files.list(dir)) {
            assertThat(entries.filter(AtomicFiles::isTemporary)).as("left by a killed process").isEmpty();
        }
        assertThat(Checkpoints.in(dir).all()).extracting(Checkpoint::samplesSeen).containsExactly(100L, 600L);
    }

    @Test
    void readsTheCommitOfACheckout() throws IOException {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        Path inside = Files.createDirectories(dir.resolve("repo/app/target"));
        assertThat(GitCommit.of(dir.getRoot())).isNull();
        Path git = Files.createDirectories(dir.resolve("repo/.git/refs/heads/topic")).getParent().getParent().getParent();
        Files.writeString(git.resolve("HEAD"), commit + "\n");
        assertThat(GitCommit.of(inside)).isEqualTo(commit);
        Files.writeString(git.resolve("HEAD"), "ref: refs/heads/topic/x\n");
        assertThat(GitCommit.of(inside)).isNull();
        Files.writeString(git.resolve("packed-refs"), "# pack-refs with: peeled\n" + commit + " refs/heads/topic/x\n");
        assertThat(GitCommit.of(inside)).isEqualTo(commit);
        Files.writeString(git.resolve("refs/heads/topic/x"), commit.replace('0', 'f') + "\n");
        assertThat(GitCommit.of(inside)).isEqualTo(commit.replace('0', 'f'));

        Path linked = Files.createDirectories(dir.resolve("linked"));
        Path tree = Files.createDirectories(git.resolve("worktrees/linked"));
        Files.writeString(linked.resolve(".git"), "gitdir: " + tree + "\n");
        Files.writeString(tree.resolve("HEAD"), "ref: refs/heads/topic/x\n");
        Files.writeString(tree.resolve("commondir"), "../..\n");
        assertThat(GitCommit.of(linked)).isEqualTo(commit.replace('0', 'f'));
    }
}
