package org.praxino.server.live;

/**
 * Immutable properties of a session.
 *
 * @param token resume token
 * @param owner id of the key
 * @param fps frames a second
 * @param bufferFrames frames that may be sent but not displayed
 * @param reanchor whether drift is corrected
 * @param created in milliseconds
 */
record SessionProperties(String id, String token, String owner, String model, long seed, double fps, int bufferFrames, boolean reanchor,
        long created) {}
