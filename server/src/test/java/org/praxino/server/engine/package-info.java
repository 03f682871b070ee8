@NullMarked
package org.praxino.server.engine;

import org.jspecify.annotations.NullMarked;
