/**
 * A small client of a Praxino server: jobs, their progress, their files.
 * It uses the JDK's HTTP client and Jackson, runs on Java 17 or newer, and needs no native library and no model.
 * docs/server.md describes the server.
 */
@NullMarked
package org.praxino.client;

import org.jspecify.annotations.NullMarked;
