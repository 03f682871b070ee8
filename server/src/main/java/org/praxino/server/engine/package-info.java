/**
 * Job execution: the queue, the runner and output files, one computation at a time per device. Jobs can be cancelled or preempted after
 * every sampling step or block. A failing job does not affect others.
 */
@NullMarked
package org.praxino.server.engine;

import org.jspecify.annotations.NullMarked;
