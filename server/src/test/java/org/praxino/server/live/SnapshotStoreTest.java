package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.AtomicFiles;

/** What is kept of sessions on disk, whatever happens to the disk meanwhile. */
class SnapshotStoreTest {
    private static final String TOKEN = "pxr_a";

    @TempDir
    Path folder;

    private SnapshotStore shelf;

    @BeforeEach
    void shelf() {
        shelf = new SnapshotStore(folder.resolve("live"));
    }

    private static SnapshotStore.Metadata facts(String id, String token, boolean reanchor, long until) {
        return new SnapshotStore.Metadata(id, token, "me", "tiny", 7, 8, 2, 1000, 1, 5, false, reanchor, until);
    }

    @Test
    void aSessionIsFoundByItsTokenUntilItsTimeIsOver() throws IOException {
        SnapshotStore.Metadata kept = facts("live_1", SnapshotStore.digest(TOKEN), true, 2000);
        Path tensors = Files.writeString(shelf.sessionFile(kept.token()), "tensors");
        shelf.saveSession(kept);
        shelf.deleteExpired(2000);
        assertThat(shelf.session(TOKEN)).contains(kept);
        assertThat(shelf.session("pxr_b")).isEmpty();
        shelf.deleteExpired(2001);
        assertThat(shelf.session(TOKEN)).isEmpty();
        assertThat(tensors).doesNotExist();
    }

    @Test
    void whatIsHalfWrittenIsSweptAwayAtTheNextStart() throws IOException {
        shelf.saveSnapshot(facts("snap_1", "", false, Long.MAX_VALUE));
        Path whole = Files.writeString(shelf.snapshotFile("snap_1"), "tensors");
        Path half = Files.writeString(shelf.snapshotFile("snap_2"), "tens");
        assertThat(new SnapshotStore(folder.resolve("live")).snapshot("snap_1", "me")).isPresent();
        assertThat(shelf.snapshot("snap_1", "you")).as("of somebody else").isEmpty();
        assertThat(whole).exists();
        assertThat(half).doesNotExist();
    }

    @Test
    void tensorsWhoseFactsCannotBeWrittenDoNotStay() throws IOException {
        Path file = Files.writeString(folder.resolve("upload"), "tensors");
        Files.createDirectories(folder.resolve("live/snapshots/snap_1.json/in the way"));
        assertThatThrownBy(() -> shelf.importSnapshot(file, facts("snap_1", "", false, Long.MAX_VALUE))).isInstanceOf(RuntimeException.class);
        assertThat(shelf.snapshotFile("snap_1")).doesNotExist();
        Path session = Files.writeString(shelf.sessionFile(SnapshotStore.digest(TOKEN)), "tensors");
        Files.createDirectories(folder.resolve("live/sessions/" + SnapshotStore.digest(TOKEN) + ".json/in the way"));
        assertThatThrownBy(() -> shelf.saveSession(facts("live_1", SnapshotStore.digest(TOKEN), false, 2000))).isInstanceOf(RuntimeException.class);
        assertThat(session).doesNotExist();
    }

    @Test
    void whatIsDamagedIsSetAsideAndTheRestIsFound() throws IOException {
        shelf.saveSession(facts("live_1", SnapshotStore.digest(TOKEN), false, 2000));
        shelf.saveSession(facts("live_2", SnapshotStore.digest("pxr_b"), false, 2000));
        Path tensors = Files.writeString(shelf.sessionFile(SnapshotStore.digest(TOKEN)), "tensors");
        Path facts = tensors.resolveSibling(SnapshotStore.digest(TOKEN) + ".json");
        Files.writeString(facts, "{\"id\":");
        assertThat(shelf.sessions()).extracting(SnapshotStore.Metadata::id).containsExactly("live_2");
        assertThat(shelf.session(TOKEN)).isEmpty();
        assertThat(new SnapshotStore(folder.resolve("live")).sessions()).hasSize(1);
        assertThat(tensors).as("for who looks after the server").exists();
        assertThat(Path.of(facts + ".damaged")).exists();
    }

    @Test
    void nothingIsKeptInAFolderThatWasTakenAway() {
        shelf.saveSession(facts("live_1", SnapshotStore.digest(TOKEN), false, 2000));
        AtomicFiles.delete(folder.resolve("live"));
        assertThat(shelf.sessions()).isEmpty();
        assertThat(shelf.session(TOKEN)).isEmpty();
        assertThat(shelf.snapshot("snap_1", "me")).isEmpty();
        shelf.deleteExpired(3000);
        shelf.deleteSession(SnapshotStore.digest(TOKEN));
        assertThat(folder.resolve("live")).as("and it is not made again").doesNotExist();
    }
}
