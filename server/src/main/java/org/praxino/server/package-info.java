/** The server: configuration, startup and shutdown. Can be embedded in other programs. docs/server.md describes the HTTP API. */
@NullMarked
package org.praxino.server;

import org.jspecify.annotations.NullMarked;
