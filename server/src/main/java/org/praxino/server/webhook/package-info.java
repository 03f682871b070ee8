/**
 * Webhooks, signed according to Standard Webhooks 1.0 (standardwebhooks.com). Deliveries are recorded in the transaction that ends the job
 * (transactional outbox), so they are sent at least once. Private addresses are rejected unless the operator allows them.
 */
@NullMarked
package org.praxino.server.webhook;

import org.jspecify.annotations.NullMarked;
