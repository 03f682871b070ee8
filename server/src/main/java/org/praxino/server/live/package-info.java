/**
 * Live sessions over WebSocket (docs/realtime.md). A session outlives its connection: it is paused, suspended to disk and resumed when its
 * client reconnects. Slow clients neither block the server nor accumulate messages.
 */
@NullMarked
package org.praxino.server.live;

import org.jspecify.annotations.NullMarked;
