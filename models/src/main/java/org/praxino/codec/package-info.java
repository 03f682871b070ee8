/**
 * The interface of video tokenizers: encode video as latents and decode them, whole or as a stream.
 * The first frame is always coded on its own, so an image is a video of one frame.
 * Implementations live with their models, such as {@link org.praxino.walt.WaltCodec}.
 */
@NullMarked
package org.praxino.codec;

import org.jspecify.annotations.NullMarked;
