/** Tests of what is counted and timed, and of the files for those who watch a server. */
@org.jspecify.annotations.NullMarked
package org.praxino.server.metrics;
