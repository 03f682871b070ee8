/**
 * Reads weights from ONNX files, without an ONNX runtime: the file is walked as plain protobuf. Anonymous matrices get the names of the
 * layers they belong to through the graph's nodes, and the orientation Hugging Face uses. The MiniLM sentence encoder that a Maven package
 * carries is read this way.
 */
@NullMarked
package org.praxino.io.onnx;

import org.jspecify.annotations.NullMarked;
