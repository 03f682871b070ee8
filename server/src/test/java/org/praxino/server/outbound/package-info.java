@NullMarked
package org.praxino.server.outbound;

import org.jspecify.annotations.NullMarked;
