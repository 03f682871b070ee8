package org.praxino.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.server.TestServer.error;
import static org.praxino.server.TestServer.until;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.Gate;
import org.praxino.server.PraxinoServer;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.db.Database;
import org.praxino.server.db.DatabaseUnavailableException;
import org.praxino.tensor.UserException;

/** A real PostgreSQL that goes away and comes back under a running server. */
class PostgresqlOutageTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 2, \"format\": \"gif\"}";

    private static Postgresql postgresql;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Postgresql.programs().isPresent(), "PostgreSQL's initdb and postgres are not installed");
        postgresql = Postgresql.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgresql != null) {
            postgresql.close();
        }
    }

    private static ServerConfig in(ServerConfig c, String url) {
        return new ServerConfig(c.bind(), c.data(), url, c.limits(), c.hooks(), null);
    }

    @Test
    void jobsOutliveADatabaseThatGoesAndComesBack() throws Exception {
        String url = postgresql.create("outage");
        var gate = new Gate();
        try (var s = TestServer.start(folder.resolve("a"), c -> in(c, url), new TestModel())) {
            s.model.between = gate;
            String works = s.create(SMALL);
            String waits = s.create(SMALL);
            gate.arrived();
            postgresql.stop();
            gate.open(); // it ends while the database is away
            until("the server says that it is not ready", () -> s.get("/readyz").statusCode() == 503);
            assertThat(s.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(s.get("/").statusCode()).isEqualTo(200);
            error(s.post("/v1/videos", SMALL), 503, "database_unavailable");
            postgresql.startAgain();
            until("the server is ready again", () -> s.get("/readyz").statusCode() == 200);
            assertThat(s.awaitEnd(works).get("status").stringValue()).isEqualTo("completed");
            assertThat(s.awaitEnd(waits).get("status").stringValue()).isEqualTo("completed");
            assertThatThrownBy(() -> PraxinoServer.start(in(TestServer.config(folder.resolve("b")), url), List.of()))
                    .as("the lock has been taken again").isInstanceOf(UserException.class).hasMessageContaining("in use by another praxino server");
            assertThat(s.server.end()).isEmpty();
        }
    }

    private static void endLock(String url, String name) throws Exception {
        try (var c = DriverManager.getConnection("jdbc:" + url.replace("praxino@", "") + "?user=praxino");
                var statement = c.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    + " AND database = (SELECT oid FROM pg_database WHERE datname = '" + name + "')");
        }
    }

    /** In the moment after a restart of PostgreSQL the lock is free. */
    @Test
    void aServerWithAnotherFolderStopsNobody() throws Exception {
        String url = postgresql.create("pairs");
        try (var s = TestServer.start(folder.resolve("a"), c -> in(c, url), new TestModel())) {
            assertThat(s.server.ready()).isTrue();
        }
        Database held = Database.postgresql(url, jdbi -> {});
        try (held) {
            endLock(url, "pairs");
            assertThatThrownBy(() -> PraxinoServer.start(in(TestServer.config(folder.resolve("b")), url), List.of()))
                    .isInstanceOf(UserException.class).hasMessageContaining("is not the one that the database was used with");
            assertThat(held.check()).isEqualTo(Database.Hold.HELD);
            endLock(url, "pairs");
            try (var same = Database.postgresql(url, jdbi -> {})) {
                assertThat(same.check()).isEqualTo(Database.Hold.HELD);
                assertThat(held.check()).as("one that may have it takes it over").isEqualTo(Database.Hold.TAKEN_OVER);
            }
        }
    }

    @Test
    void aCheckWhileItIsAwayMayBeRepeated() {
        for (String url : List.of("postgresql://127.0.0.1:1/none", "postgresql://no-such-host.invalid/none")) {
            assertThatThrownBy(() -> PraxinoServer.check(in(TestServer.config(folder.resolve("c")), url)))
                    .isInstanceOf(DatabaseUnavailableException.class).hasMessageContaining("cannot be opened");
        }
        assertThatThrownBy(() -> PraxinoServer.check(in(TestServer.config(folder.resolve("c")), "mysql://x/y")))
                .isInstanceOf(UserException.class).isNotInstanceOf(DatabaseUnavailableException.class);
    }

    @Test
    void aServerWhoseDatabaseWasTakenOverStops() throws Exception {
        String url = postgresql.create("taken");
        try (var s = TestServer.start(folder.resolve("a"), c -> in(c, url), new TestModel())) {
            try (var c = DriverManager.getConnection("jdbc:" + url.replace("praxino@", "") + "?user=praxino");
                    var statement = c.createStatement()) { // as a second server does that gets the lock first after a restart
                statement.execute("UPDATE server_state SET value = 'another' WHERE name = 'owner'");
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = 'taken')");
            }
            until("the server notices", () -> s.server.end().isPresent());
            assertThat(s.server.end().orElseThrow()).contains("another praxino server");
            assertThat(TestServer.text(s.get("/readyz"))).contains("another praxino server");
        }
    }
}
