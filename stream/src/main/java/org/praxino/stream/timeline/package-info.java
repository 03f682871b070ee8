/**
 * Timelines: the prompts of a stream and their times, transitions, input images and video sources. A timeline is an immutable value with a
 * JSON format. It is checked against a model when it is played.
 */
@NullMarked
package org.praxino.stream.timeline;

import org.jspecify.annotations.NullMarked;
