package org.praxino.text;

import java.util.Map;
import org.praxino.io.RenamedWeights;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * The encoder of T5 v1.1 (Raffel et al. 2019, arXiv 1910.10683; Shazeer 2020, arXiv 2002.05202 for the gated GELU): pre-norm with
 * root mean square only, attention without scaling, no biases, positions only through a table of relative biases, the first layer's
 * for all or, in UMT5 (Chung et al. 2023, arXiv 2304.09151), each layer's own. B prompts, S tokens, N heads, D head width, C model width.
 */
public final class T5Encoder implements TextNetwork {
    private final T5Config config;
    private final Params params;
    private final Map<String, Tensor> w;

    /** Takes over {@code params}: {@link #close} closes them. */
    public T5Encoder(T5Config config, Params params) {
        this.config = config;
        this.params = params;
        config.shapes().forEach((name, shape) -> params.get(
                name, name.contains("layer_norm") ? Init.ones() : Init.normal(1 / Math.sqrt(shape[shape.length - 1])), shape));
        this.w = params.all();
    }

    /** Loads published weights; a decoder in the same file is passed over. @param what named in errors */
    public static T5Encoder load(T5Config config, WeightSource source, Device device, DType dtype, String what) {
        config.check(source, what);
        Params params = Params.load(RenamedWeights.merge(source, T5Config.TOKENS, T5Config.TOKEN_ALIAS), device, dtype, what);
        T5Encoder encoder = new T5Encoder(config, params);
        params.finish(T5Config::isDecoder);
        return encoder;
    }

    @Override
    public Tensor forward(Tensor ids, Tensor mask) {
        if (ids.dim() != 2) {
            throw new ShapeException("ids", "[B, S]", ids.shape());
        }
        long length = ids.size(1);
        try (var guard = Grad.off();
                var scope = Scope.open("T5Encoder")) {
            Tensor x = Ops.embedding(weight(T5Config.TOKENS), ids); // [B, S] -> [B, S, C]
            Tensor padding = mask.eq(0).to(params.dtype()).mul(NEVER).reshape(mask.size(0), 1, 1, length);
            Tensor buckets = buckets(Math.toIntExact(length)); // [S, S]
            Tensor shared = config.sharedBias() ? relativeBias(0, buckets).add(padding) : null; // [B, N, S, S]
            for (int i = 0; i < config.layers(); i++) {
                try (var inner = Scope.open("block")) {
                    Tensor bias = shared == null ? relativeBias(i, buckets).add(padding) : shared;
                    String block = "encoder.block." + i + ".layer.";
                    Tensor attended = x.add(attend(block + "0.SelfAttention.", norm(x, block + "0.layer_norm"), bias));
                    x = inner.keep(attended.add(mlp(block + "1.DenseReluDense.", norm(attended, block + "1.layer_norm"))));
                }
            }
            return scope.keep(norm(x, "encoder.final_layer_norm"));
        }
    }

    private Tensor attend(String name, Tensor x, Tensor bias) {
        Tensor out = Ops.attention(heads(x, name + "q"), heads(x, name + "k"), heads(x, name + "v"), bias, 1);
        Tensor joined = out.transpose(1, 2).reshape(x.size(0), x.size(1), -1); // [B, N, S, D] -> [B, S, N·D]
        return Ops.linear(joined, weight(name + "o.weight"), null);
    }

    private Tensor heads(Tensor x, String name) {
        return Ops.linear(x, weight(name + ".weight"), null)
                .reshape(x.size(0), x.size(1), config.heads(), config.headWidth())
                .transpose(1, 2); // [B, S, C] -> [B, N, S, D]
    }

    private Tensor mlp(String name, Tensor x) {
        Tensor gate = Ops.linear(x, weight(name + "wi_0.weight"), null).geluTanh();
        return Ops.linear(gate.mul(Ops.linear(x, weight(name + "wi_1.weight"), null)), weight(name + "wo.weight"), null);
    }

    private Tensor norm(Tensor x, String name) {
        return Ops.rmsNorm(x, weight(name + ".weight"), config.eps());
    }

    private Tensor weight(String name) {
        Tensor weight = w.get(name);
        if (weight == null) {
            throw new IllegalStateException("no weight " + name);
        }
        return weight;
    }

    private Tensor buckets(int length) {
        long[] index = new long[length * length];
        for (int query = 0; query < length; query++) {
            for (int key = 0; key < length; key++) {
                index[query * length + key] = bucket(key - query, config.buckets(), config.maxDistance());
            }
        }
        return Tensor.of(index, length, length).to(params.device());
    }

    private Tensor relativeBias(int layer, Tensor buckets) {
        return Ops.embedding(weight(T5Config.bias(layer)), buckets).permute(2, 0, 1).unsqueeze(0); // [S, S, N] -> [1, N, S, S]
    }

    /**
     * Bucket of a relative position (key − query): half of the buckets for each direction; in each, the lower half holds one
     * distance each and the upper half grows logarithmically up to {@code maxDistance} (arXiv 1910.10683, section 2.1).
     */
    static int bucket(int relative, int buckets, int maxDistance) {
        int half = buckets / 2;
        int first = relative > 0 ? half : 0;
        int distance = Math.abs(relative);
        int exact = half / 2;
        if (distance < exact) {
            return first + distance;
        }
        float share = (float) Math.log((float) distance / exact) / (float) Math.log((double) maxDistance / exact); // fp32 as published
        return first + Math.min(half - 1, exact + (int) (share * (half - exact)));
    }

    @Override
    public int width() {
        return config.width();
    }

    @Override
    public Device device() {
        return params.device();
    }

    @Override
    public int positions() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void close() {
        params.close();
    }
}
