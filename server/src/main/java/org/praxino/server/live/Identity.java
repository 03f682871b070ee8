package org.praxino.server.live;

/**
 * What does not change about a session.
 *
 * @param token that lets its client come back
 * @param owner id of the key that it belongs to
 * @param fps frames a second
 * @param bufferFrames frames that may be sent and not shown
 * @param reanchor whether it is led back when it drifts
 * @param created in milliseconds
 */
record Identity(String id, String token, String owner, String model, long seed, double fps, int bufferFrames, boolean reanchor, long created) {}
