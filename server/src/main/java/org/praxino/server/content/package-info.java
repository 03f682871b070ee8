/**
 * Storage for the input and output files of jobs. Folders are written atomically; a manifest holds each file's digest and type. Independent
 * of job processing.
 */
@NullMarked
package org.praxino.server.content;

import org.jspecify.annotations.NullMarked;
