/**
 * Reads and writes images and videos. {@link org.praxino.media.VideoReader} reads files of any common format, {@link
 * org.praxino.media.VideoWriter} writes files, and every generated file says that it is generated, and how ({@link
 * org.praxino.media.GeneratedMetadata}). Only this module uses FFmpeg; no public signature names its types.
 */
@NullMarked
package org.praxino.media;

import org.jspecify.annotations.NullMarked;
