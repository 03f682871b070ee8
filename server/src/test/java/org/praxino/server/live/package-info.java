/**
 * The protocol of docs/realtime.md, spoken by a real WebSocket client.
 * Nothing here knows how the server works inside.
 * Every code of the document is drawn out of it once.
 */
@NullMarked
package org.praxino.server.live;

import org.jspecify.annotations.NullMarked;
