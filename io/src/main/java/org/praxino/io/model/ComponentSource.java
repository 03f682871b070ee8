package org.praxino.io.model;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.WeightSource;

/**
 * A model component to be written.
 *
 * @param folder {@code codec}, {@code denoiser}, {@code student}, {@code text} or another name
 * @param type which class of network the configuration is for
 * @param config written as {@code config.json}
 * @param weights written as {@code model.safetensors}; null for a part whose weights come from elsewhere
 * @param cast floating type to store the weights in; null to keep each as it is
 */
public record ComponentSource(String folder, String type, Object config, @Nullable WeightSource weights, @Nullable DType cast) {}
