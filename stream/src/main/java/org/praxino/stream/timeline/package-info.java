/**
 * What a stream shows and when: prompts at their times, how one becomes the next, pictures and a source to begin from.
 * A timeline is a value that is read from one JSON document and written back; who plays it does not matter to it.
 * It says nothing of networks: what it asks for is checked against a model when it is played.
 */
@NullMarked
package org.praxino.stream.timeline;

import org.jspecify.annotations.NullMarked;
