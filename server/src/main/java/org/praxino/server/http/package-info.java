/**
 * The HTTP API: routes, bodies, errors, files and events (docs/server.md). Requests are validated here before they are queued. All HTTP
 * status codes are decided here.
 */
@NullMarked
package org.praxino.server.http;

import org.jspecify.annotations.NullMarked;
