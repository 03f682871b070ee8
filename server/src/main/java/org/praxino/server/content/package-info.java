/**
 * The files of jobs: what came in with them and what they made, a folder each.
 * A folder is whole or absent, and beside every file stands its digest and type.
 * Nothing here knows why a file is there.
 */
@NullMarked
package org.praxino.server.content;

import org.jspecify.annotations.NullMarked;
