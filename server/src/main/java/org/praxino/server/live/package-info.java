/**
 * Live sessions over WebSocket: the protocol of docs/realtime.md.
 * A session outlives its connection: it is paused, kept on disk and goes on when its client returns.
 * Nothing here waits for a client that reads slowly, and nothing piles up for it.
 */
@NullMarked
package org.praxino.server.live;

import org.jspecify.annotations.NullMarked;
