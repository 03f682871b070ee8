/**
 * Calls that clients make the server do: webhooks and pictures by URL. They go to public addresses only, unless the operator allows
 * private ones, and each has a deadline.
 */
@NullMarked
package org.praxino.server.outbound;

import org.jspecify.annotations.NullMarked;
