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

    private SnapshotStore store;

    @BeforeEach
    void store() {
        store = new SnapshotStore(folder.resolve("live"));
    }

    private static SnapshotStore.Metadata facts(String id, String token, boolean reanchor, long until) {
        return new SnapshotStore.Metadata(id, token, "me", "tiny", 7, 8, 2, 1000, 1, 5, false, reanchor, until);
    }

    @Test
    void aSessionIsFoundByItsTokenUntilItsTimeIsOver() throws IOException {
        SnapshotStore.Metadata kept = facts("live_1", SnapshotStore.digest(TOKEN), true, 2000);
        Path tensors = Files.writeString(store.sessionFile(kept.token()), "tensors");
        store.saveSession(kept);
        store.deleteExpired(2000);
        assertThat(store.session(TOKEN)).contains(kept);
        assertThat(store.session("pxr_b")).isEmpty();
        store.deleteExpired(2001);
        assertThat(store.session(TOKEN)).isEmpty();
        assertThat(tensors).doesNotExist();
    }

    @Test
    void whatIsHalfWrittenIsSweptAwayAtTheNextStart() throws IOException {
        store.saveSnapshot(facts("snap_1", "", false, Long.MAX_VALUE));
        Path whole = Files.writeString(store.snapshotFile("snap_1"), "tensors");
        Path half = Files.writeString(store.snapshotFile("snap_2"), "tens");
        assertThat(new SnapshotStore(folder.resolve("live")).snapshot("snap_1", "me")).isPresent();
        assertThat(store.snapshot("snap_1", "you")).as("of somebody else").isEmpty();
        assertThat(whole).exists();
        assertThat(half).doesNotExist();
    }

    @Test
    void tensorsWhoseFactsCannotBeWrittenDoNotStay() throws IOException {
        Path file = Files.writeString(folder.resolve("upload"), "tensors");
        Files.createDirectories(folder.resolve("live/snapshots/snap_1.json/in the way"));
        assertThatThrownBy(() -> store.importSnapshot(file, facts("snap_1", "", false, Long.MAX_VALUE))).isInstanceOf(RuntimeException.class);
        assertThat(store.snapshotFile("snap_1")).doesNotExist();
        Path session = Files.writeString(store.sessionFile(SnapshotStore.digest(TOKEN)), "tensors");
        Files.createDirectories(folder.resolve("live/sessions/" + SnapshotStore.digest(TOKEN) + ".json/in the way"));
        assertThatThrownBy(() -> store.saveSession(facts("live_1", SnapshotStore.digest(TOKEN), false, 2000))).isInstanceOf(RuntimeException.class);
        assertThat(session).doesNotExist();
    }

    @Test
    void whatIsDamagedIsSetAsideAndTheRestIsFound() throws IOException {
        store.saveSession(facts("live_1", SnapshotStore.digest(TOKEN), false, 2000));
        store.saveSession(facts("live_2", SnapshotStore.digest("pxr_b"), false, 2000));
        Path tensors = Files.writeString(store.sessionFile(SnapshotStore.digest(TOKEN)), "tensors");
        Path facts = tensors.resolveSibling(SnapshotStore.digest(TOKEN) + ".json");
        Files.writeString(facts, "{\"id\":");
        assertThat(store.sessions()).extracting(SnapshotStore.Metadata::id).containsExactly("live_2");
        assertThat(store.session(TOKEN)).isEmpty();
        assertThat(new SnapshotStore(folder.resolve("live")).sessions()).hasSize(1);
        assertThat(tensors).as("for who looks after the server").exists();
        assertThat(Path.of(facts + ".damaged")).exists();
    }

    @Test
    void nothingIsKeptInAFolderThatWasTakenAway() {
        store.saveSession(facts("live_1", SnapshotStore.digest(TOKEN), false, 2000));
        AtomicFiles.delete(folder.resolve("live"));
        assertThat(store.sessions()).isEmpty();
        assertThat(store.session(TOKEN)).isEmpty();
        assertThat(store.snapshot("snap_1", "me")).isEmpty();
        store.deleteExpired(3000);
        store.deleteSession(SnapshotStore.digest(TOKEN));
        assertThat(folder.resolve("live")).as("and it is not made again").doesNotExist();
    }
}
