@NullMarked
package org.praxino.server.hook;

import org.jspecify.annotations.NullMarked;
