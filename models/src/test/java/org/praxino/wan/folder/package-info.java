/** Tests of Wan folders: made here in every layout, at tiny sizes with values and at full size with names and shapes only. */
@NullMarked
package org.praxino.wan.folder;

import org.jspecify.annotations.NullMarked;
