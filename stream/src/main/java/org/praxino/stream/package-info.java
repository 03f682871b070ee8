/**
 * The library's public API: open a model, generate clips, stream video. Models compute on their own threads, so callers may use any thread,
 * including virtual ones. Independent of the command line and the server.
 */
@NullMarked
package org.praxino.stream;

import org.jspecify.annotations.NullMarked;
