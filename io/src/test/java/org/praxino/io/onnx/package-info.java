/** Tests of reading weights from ONNX files: small graphs made by hand, and the packaged MiniLM. They run offline. */
@NullMarked
package org.praxino.io.onnx;

import org.jspecify.annotations.NullMarked;
