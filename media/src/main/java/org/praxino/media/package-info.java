/**
 * Pictures and videos: files in, frames out, and back again.
 * {@link org.praxino.media.VideoReader} opens whatever people have, {@link org.praxino.media.VideoWriter} writes what players show,
 * and every generated file says that it is generated, and how ({@link org.praxino.media.GeneratedMetadata}).
 * Only this module uses FFmpeg; no public signature names its types.
 */
@NullMarked
package org.praxino.media;

import org.jspecify.annotations.NullMarked;
