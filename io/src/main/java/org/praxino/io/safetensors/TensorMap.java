package org.praxino.io.safetensors;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

/** A weight source of in-memory tensors; {@link #read} returns the tensor itself, not a copy. */
public record TensorMap(Map<String, Tensor> tensors) implements WeightSource {

    public TensorMap {
        tensors = Collections.unmodifiableMap(tensors);
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public long[] shape(String name) {
        return read(name).shape();
    }

    @Override
    public DType dtype(String name) {
        return read(name).dtype();
    }

    @Override
    public Tensor read(String name) {
        @Nullable Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new UserException("There is no tensor \"" + name + "\" among these " + tensors.size() + ".");
        }
        return tensor;
    }
}
