@NullMarked
package org.praxino.server;

import org.jspecify.annotations.NullMarked;
