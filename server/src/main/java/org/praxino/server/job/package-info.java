/**
 * Jobs and their database table. Every state change is one transaction, which also records notifications (transactional outbox).
 * Independent of HTTP and models.
 */
@NullMarked
package org.praxino.server.job;

import org.jspecify.annotations.NullMarked;
