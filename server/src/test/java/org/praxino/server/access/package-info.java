@NullMarked
package org.praxino.server.access;

import org.jspecify.annotations.NullMarked;
