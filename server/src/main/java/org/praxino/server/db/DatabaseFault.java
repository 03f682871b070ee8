package org.praxino.server.db;

import java.sql.SQLException;
import java.util.Locale;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;

/** What is wrong with a database that failed. */
public enum DatabaseFault {
    /** It cannot be reached, or closed the connection, or took too long: it may come back. */
    AWAY("the database cannot be reached"),
    /** The disk it writes to is full. */
    FULL("the database has no room: its disk is full"),
    /** Its file is damaged, missing or may not be written. */
    DAMAGED("the database's file is damaged, gone or may not be written"),
    /** It answered, and refused the statement: the fault is in the statement or its values. */
    REFUSED("the database refused a statement");

    private final String sentence;

    DatabaseFault(String sentence) {
        this.sentence = sentence;
    }

    /** In words, without addresses and names. */
    public String sentence() {
        return sentence;
    }

    public static DatabaseFault of(JdbiException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                DatabaseFault fault = of(sql);
                if (fault != REFUSED) {
                    return fault;
                }
            }
        }
        return e instanceof ConnectionException ? AWAY : REFUSED;
    }

    static DatabaseFault of(SQLException e) {
        String message = String.valueOf(e.getMessage()).toUpperCase(Locale.ROOT);
        if (message.contains("[SQLITE_")) {
            return message.contains("[SQLITE_FULL") ? FULL
                    : message.contains("[SQLITE_BUSY") || message.contains("[SQLITE_LOCKED") || message.contains("[SQLITE_INTERRUPT") ? AWAY
                    : message.contains("[SQLITE_CORRUPT") || message.contains("[SQLITE_NOTADB") || message.contains("[SQLITE_IOERR")
                            || message.contains("[SQLITE_CANTOPEN") || message.contains("[SQLITE_READONLY") ? DAMAGED
                    : REFUSED;
        }
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("53") ? FULL // insufficient resources
                : state.startsWith("08") || state.startsWith("57P") || state.startsWith("58") || e instanceof java.sql.SQLTransientException ? AWAY
                : REFUSED;
    }

    /** The innermost message of the cause, for logs. */
    public static String reason(Throwable e) {
        Throwable t = e;
        while (t.getCause() != null) {
            t = t.getCause();
        }
        String message = String.valueOf(t.getMessage()).lines().findFirst().orElse("");
        return message.replaceAll("[.\\s]+$", "");
    }
}
