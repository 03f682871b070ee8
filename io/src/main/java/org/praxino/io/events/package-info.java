/**
 * Event files for TensorBoard: scalars, pictures and text over the course of training.
 * The record framing and the few protobuf messages needed are written by hand, so no TensorFlow is involved.
 * Every event is in the file as soon as it is written; TensorBoard can read it while training runs.
 */
@NullMarked
package org.praxino.io.events;

import org.jspecify.annotations.NullMarked;
