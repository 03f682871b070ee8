/**
 * Golden cases: inputs, weights and outputs of reference programs, computed again by this implementation and compared.
 * A case is a folder with {@code case.json}; its component names the network, sampler or metric that it checks.
 * Everything is computed in fp32 and compared in fp64.
 */
@NullMarked
package org.praxino.app.verify;

import org.jspecify.annotations.NullMarked;
