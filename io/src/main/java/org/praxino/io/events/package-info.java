/**
 * Event files for TensorBoard: scalars, pictures and text over the course of training.
 * Record framing and the few protobuf messages are written here, without TensorFlow.
 * Every event is in the file as soon as it is written; TensorBoard can read it while training runs.
 */
@NullMarked
package org.praxino.io.events;

import org.jspecify.annotations.NullMarked;
