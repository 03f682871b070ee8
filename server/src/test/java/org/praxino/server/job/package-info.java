@NullMarked
package org.praxino.server.job;

import org.jspecify.annotations.NullMarked;
