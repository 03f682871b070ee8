/**
 * The benchmarks of {@code praxino bench}: matrix products, clips, streams, servers, training and Wan.
 * Each prints its results and writes them as JSON, with machine and versions.
 * docs/performance.md describes what they measure.
 */
@NullMarked
package org.praxino.app.bench;

import org.jspecify.annotations.NullMarked;
