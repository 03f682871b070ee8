package org.praxino.server.db;

import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Values that the database keeps about its server. */
public record ServerState(Jdbi jdbi) {
    public Optional<String> get(String name) {
        return jdbi.withHandle(h -> h.createQuery("SELECT value FROM server_state WHERE name = :name").bind("name", name)
                .mapTo(String.class).findOne());
    }

    public void set(String name, String value) {
        jdbi.useHandle(h -> h.createUpdate("INSERT INTO server_state (name, value) VALUES (:name, :value) "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value").bind("name", name).bind("value", value).execute());
    }
}
