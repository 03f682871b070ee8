/**
 * A small client of a Praxino server: jobs, their progress, their files.
 * It stands on the JDK's HTTP client and Jackson, runs on Java 17 or newer, and needs no native library and no model.
 * What the server promises is in docs/server.md.
 */
@NullMarked
package org.praxino.client;

import org.jspecify.annotations.NullMarked;
