/**
 * The work itself: who is next, one computation at a time on a device, frames into files.
 * A job gives way after every step, so a stop or something more urgent waits for one step and no longer.
 * Whatever goes wrong with one job ends that job alone.
 */
@NullMarked
package org.praxino.server.engine;

import org.jspecify.annotations.NullMarked;
