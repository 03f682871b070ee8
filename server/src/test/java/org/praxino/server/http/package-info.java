@NullMarked
package org.praxino.server.http;

import org.jspecify.annotations.NullMarked;
