package org.praxino.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.praxino.server.db.Database;
import org.praxino.tensor.UserException;

/** Runs where PostgreSQL's programs are installed, and reports that it was skipped elsewhere. */
class PostgresqlJobStoreTest extends JobStoreContract {
    private static Postgresql server;
    private static int databases;
    private String url;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Postgresql.programs().isPresent(), "PostgreSQL's initdb and postgres are not installed");
        server = Postgresql.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    @Override
    void begin() {
        url = server.create("jobs" + databases++);
        super.begin();
    }

    @Override
    Database open() {
        return Database.postgresql(url, jdbi -> {});
    }

    @Test
    void aDatabaseBelongsToOneServer() {
        assertThatThrownBy(() -> Database.postgresql(url, jdbi -> {})).isInstanceOf(UserException.class).hasMessageContaining("in use by another praxino server");
        try (var beside = Database.postgresqlShared(url)) {
            int jobs = beside.jdbi().withHandle(h -> h.createQuery("SELECT COUNT(*) FROM jobs").mapTo(Integer.class).one());
            assertThat(jobs).isZero();
        }
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThatThrownBy(() -> Database.postgresql("postgresql://me:secret@127.0.0.1:1/none", jdbi -> {})).isInstanceOf(UserException.class)
                .hasMessageContaining("127.0.0.1:1/none").message().doesNotContain("secret");
        for (String query : new String[] {"password=secret", "user=me&password=secret&ssl=true", "sslmode=nonsense&password=secret"}) {
            assertThatThrownBy(() -> Database.postgresql("postgresql://127.0.0.1:1/none?" + query, jdbi -> {})).isInstanceOf(UserException.class)
                    .hasMessageContaining("127.0.0.1:1/none").message().doesNotContain("secret");
            assertThatThrownBy(() -> Database.postgresqlShared("postgresql://127.0.0.1:1/none?" + query)).isInstanceOf(UserException.class)
                    .message().doesNotContain("secret");
        }
        assertThatThrownBy(() -> Database.postgresql("mysql://me:secret@host/x", jdbi -> {})).isInstanceOf(UserException.class)
                .hasMessageContaining("postgresql://").message().doesNotContain("secret");
    }
}
