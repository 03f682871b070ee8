/**
 * The server put together: configuration, start in the right order, stop in the other.
 * A program of one's own may start it as the command line does.
 * What it does over HTTP is in docs/server.md.
 */
@NullMarked
package org.praxino.server;

import org.jspecify.annotations.NullMarked;
