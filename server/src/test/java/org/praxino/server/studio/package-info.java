/** The studio as a person meets it: in a real browser, in front of a server with the tiny model. Pictures of what was seen are in target/screenshots. */
@NullMarked
package org.praxino.server.studio;

import org.jspecify.annotations.NullMarked;
