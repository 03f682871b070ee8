/**
 * Numbers about the server for Prometheus, under names that stay.
 * No label carries a prompt, a key or anything else of a user's.
 * Nothing here decides anything.
 */
@NullMarked
package org.praxino.server.metrics;

import org.jspecify.annotations.NullMarked;
