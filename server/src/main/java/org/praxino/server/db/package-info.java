/**
 * The server's database: SQLite in the data folder, or PostgreSQL by URL, with the same schema. Opening a database runs pending migrations.
 * Independent of what the tables are used for.
 */
@NullMarked
package org.praxino.server.db;

import org.jspecify.annotations.NullMarked;
