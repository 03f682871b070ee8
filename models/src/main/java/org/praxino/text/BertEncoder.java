package org.praxino.text;

import java.util.ArrayList;
import java.util.List;
import org.praxino.io.RenamedWeights;
import org.praxino.nn.Linear;
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
 * BERT (Devlin et al. 2018, arXiv 1810.04805) without its pooler: post-norm transformer layers with GELU, learned positions.
 * Weight names are those of Hugging Face's {@code BertModel}. B prompts, S tokens, N heads, D head width, C = N·D.
 */
public final class BertEncoder implements TextNetwork {

    private record Norm(Tensor weight, Tensor bias, double eps) {
        Tensor apply(Tensor x) {
            return Ops.layerNorm(x, weight, bias, eps);
        }
    }

    private record Layer(
            Linear query, Linear key, Linear value, Linear out, Norm afterAttention, Linear wide, Linear narrow, Norm afterMlp) {}

    private final BertConfig config;
    private final Params params;
    private final Tensor tokens; // [V, C]
    private final Tensor positions; // [P, C]
    private final Tensor types; // [2, C]
    private final Norm norm;
    private final List<Layer> layers = new ArrayList<>();

    /** Takes over {@code params}: {@link #close} closes them. */
    public BertEncoder(BertConfig config, Params params) {
        this.config = config;
        this.params = params;
        Params e = params.at("embeddings");
        tokens = e.get("word_embeddings.weight", Init.normal(0.02), config.vocabulary(), config.hidden());
        positions = e.get("position_embeddings.weight", Init.normal(0.02), config.positions(), config.hidden());
        types = e.get("token_type_embeddings.weight", Init.normal(0.02), config.types(), config.hidden());
        norm = norm(e.at("LayerNorm"));
        int c = config.hidden();
        for (int i = 0; i < config.layers(); i++) {
            Params p = params.at("encoder.layer." + i);
            layers.add(new Layer(
                    linear(p.at("attention.self.query"), c, c),
                    linear(p.at("attention.self.key"), c, c),
                    linear(p.at("attention.self.value"), c, c),
                    linear(p.at("attention.output.dense"), c, c),
                    norm(p.at("attention.output.LayerNorm")),
                    linear(p.at("intermediate.dense"), c, config.intermediate()),
                    linear(p.at("output.dense"), config.intermediate(), c),
                    norm(p.at("output.LayerNorm"))));
        }
    }

    /** Loads published weights; the pooler and pre-training heads are passed over. @param what named in errors */
    public static BertEncoder load(BertConfig config, WeightSource source, Device device, DType dtype, String what) {
        Params params = Params.load(RenamedWeights.dropPrefix(source, "bert."), device, dtype, what);
        BertEncoder encoder = new BertEncoder(config, params);
        params.finish(name -> name.startsWith("pooler.") || name.startsWith("cls.") || name.equals("embeddings.position_ids"));
        return encoder;
    }

    private static Linear linear(Params p, int in, int out) {
        return Linear.of(p, in, out, Init.normal(0.02));
    }

    private Norm norm(Params p) {
        return new Norm(p.get("weight", Init.ones(), config.hidden()), p.get("bias", Init.zeros(), config.hidden()), config.eps());
    }

    @Override
    public Tensor forward(Tensor ids, Tensor mask) {
        if (ids.dim() != 2 || ids.size(1) > config.positions()) {
            throw new ShapeException("ids", "[B, S] with S up to " + config.positions(), ids.shape());
        }
        long length = ids.size(1);
        try (var guard = Grad.off();
                var scope = Scope.open("BertEncoder")) {
            Tensor bias = mask.eq(0).to(params.dtype()).mul(NEVER).reshape(mask.size(0), 1, 1, length); // [B, 1, 1, S]
            Tensor x = Ops.embedding(tokens, ids) // [B, S] -> [B, S, C]
                    .add(positions.narrow(0, 0, length))
                    .add(types.select(0, 0));
            x = norm.apply(x);
            for (Layer layer : layers) {
                try (var inner = Scope.open("layer")) {
                    Tensor attended = layer.afterAttention.apply(x.add(attend(layer, x, bias)));
                    Tensor mlp = layer.narrow.apply(layer.wide.apply(attended).gelu());
                    x = inner.keep(layer.afterMlp.apply(attended.add(mlp)));
                }
            }
            return scope.keep(x);
        }
    }

    private Tensor attend(Layer layer, Tensor x, Tensor bias) {
        Tensor out = Ops.attention(heads(layer.query.apply(x)), heads(layer.key.apply(x)), heads(layer.value.apply(x)), bias);
        return layer.out.apply(out.transpose(1, 2).reshape(x.shape())); // [B, N, S, D] -> [B, S, C]
    }

    private Tensor heads(Tensor x) {
        return x.reshape(x.size(0), x.size(1), config.heads(), config.headWidth()).transpose(1, 2); // [B, S, C] -> [B, N, S, D]
    }

    @Override
    public int width() {
        return config.hidden();
    }

    @Override
    public Device device() {
        return params.device();
    }

    @Override
    public int positions() {
        return config.positions();
    }

    @Override
    public void close() {
        params.close();
    }
}
