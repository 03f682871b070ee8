/** Metrics for Prometheus under stable names, and Flight Recorder events. Labels contain no user data. */
@NullMarked
package org.praxino.server.metrics;

import org.jspecify.annotations.NullMarked;
