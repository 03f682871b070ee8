@NullMarked
package org.praxino.server.webhook;

import org.jspecify.annotations.NullMarked;
