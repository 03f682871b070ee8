/**
 * The database of the server: SQLite in the data folder, or PostgreSQL by URL, with the same tables.
 * Opening brings the tables up to date, one numbered script after another.
 * Nothing here knows what a job is.
 */
@NullMarked
package org.praxino.server.db;

import org.jspecify.annotations.NullMarked;
