/**
 * The library's door: open a model folder, ask for video, get frames.
 * A model computes on threads of its own, so callers may use any thread, virtual ones too.
 * Nothing here knows a command line or a server.
 */
@NullMarked
package org.praxino.stream;

import org.jspecify.annotations.NullMarked;
