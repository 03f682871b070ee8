/**
 * Authentication and limits: API keys with scopes, quotas, rate limits, origins, content policy. Only digests of keys are stored. Requests
 * are checked here before any work starts.
 */
@NullMarked
package org.praxino.server.access;

import org.jspecify.annotations.NullMarked;
