/**
 * The work itself: who is next, one computation at a time on a device, frames into files.
 * A job gives way after every step of a teacher and every block of a student, so a stop or something more urgent waits no longer than that.
 * Whatever goes wrong with one job ends that job alone.
 */
@NullMarked
package org.praxino.server.engine;

import org.jspecify.annotations.NullMarked;
