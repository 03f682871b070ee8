/**
 * The HTTP face of the server: routes, bodies, errors, files and events, as docs/server.md says.
 * Everything that comes in is checked here, so that what goes on to the queue can be made.
 * Which status answers what is decided here and nowhere else.
 */
@NullMarked
package org.praxino.server.http;

import org.jspecify.annotations.NullMarked;
