/**
 * Checkpoints of PyTorch ({@code .pt}, {@code .pth}): a zip archive with a pickle and the tensors' bytes, read without Python.
 * The pickle is interpreted by a machine for tensors, dictionaries, numbers and texts only: it cannot run code, and
 * any other name is refused. Tensors are read from the mapped file, one at a time, when they are asked for.
 */
@NullMarked
package org.praxino.io.torch;

import org.jspecify.annotations.NullMarked;
