/** Drives a real Chromium through its DevTools protocol. Nothing is downloaded: tests use the browser that is installed, and say that they were skipped where there is none. */
@NullMarked
package org.praxino.server.browser;

import org.jspecify.annotations.NullMarked;
