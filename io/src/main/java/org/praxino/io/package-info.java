/**
 * What all file formats need: atomic writing, strict JSON for records, checksums, and the cache folder. The sub-packages hold one format
 * each: safetensors, PyTorch checkpoints, ONNX weights, tokenizers, model folders with checkpoints, event files. Whatever is wrong with a
 * file is said in one sentence that names the file, through {@link org.praxino.tensor.UserException}.
 */
@NullMarked
package org.praxino.io;

import org.jspecify.annotations.NullMarked;
