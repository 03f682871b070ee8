/**
 * News of jobs sent to addresses that clients name, signed as Standard Webhooks says (standardwebhooks.com, specification 1.0).
 * What is to be sent is written down in the transaction that ends the job, so that a delivery is made at least once.
 * Addresses inside the server's own network are refused unless the operator allows them.
 */
@NullMarked
package org.praxino.server.hook;

import org.jspecify.annotations.NullMarked;
