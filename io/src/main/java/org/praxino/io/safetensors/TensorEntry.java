package org.praxino.io.safetensors;

/**
 * One tensor of a header.
 *
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last
 */
record TensorEntry(String name, StoredType type, long[] shape, long begin, long end) {

    long byteSize() {
        return end - begin;
    }
}
