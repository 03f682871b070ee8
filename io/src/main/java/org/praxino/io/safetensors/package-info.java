/**
 * The safetensors format: an 8-byte length, a JSON header, then the bytes of all tensors without gaps.
 * Files are mapped, never read whole, so their size is bounded by the disk only; every malformed header is refused with its reason.
 * Writing streams tensor after tensor into a temporary file that takes its name once it is complete.
 */
@NullMarked
package org.praxino.io.safetensors;

import org.jspecify.annotations.NullMarked;
