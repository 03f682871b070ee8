/**
 * Jobs and the table that keeps them: accepted once, never lost, each in exactly one state.
 * Every change of state is one transaction, and what must be told to others is written down in the same one.
 * Nothing here knows HTTP or a model.
 */
@NullMarked
package org.praxino.server.job;

import org.jspecify.annotations.NullMarked;
