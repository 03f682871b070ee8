/** Tests of reading, refusing and writing safetensors files. Seeds are fixed. Big files are sparse. */
@NullMarked
package org.praxino.io.safetensors;

import org.jspecify.annotations.NullMarked;
