/**
 * Who may do what, and how much of it: keys with scopes and limits, addresses and origins.
 * Of a key only a digest is kept.
 * Whatever is refused here was never begun.
 */
@NullMarked
package org.praxino.server.access;

import org.jspecify.annotations.NullMarked;
