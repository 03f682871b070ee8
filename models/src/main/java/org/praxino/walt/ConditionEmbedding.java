package org.praxino.walt;

import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.nn.Linear;
import org.praxino.nn.TimestepEmbedding;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Embeds noise level, class and text for the layers (W.A.L.T sections 3.2 and 3.5). Letters as in {@link WaltTransformer}. */
final class ConditionEmbedding {
    private static final int SINUSOIDS = 256;

    private final WaltConfig config;
    private final int dim;
    private final Device device;
    private final TimestepEmbedding level;
    private final @Nullable TimestepEmbedding lowLevel;
    private final @Nullable Tensor classes; // [classes + 1, C], the last for none
    private final @Nullable Linear text;
    private final @Nullable Tensor nullText; // [1, 1, C]
    private final @Nullable Tensor textMean; // [text width], never trained
    private final @Nullable Tensor textStd; // [text width], never trained
    private final @Nullable Linear pooledText;

    ConditionEmbedding(WaltConfig config, Params params) {
        this.config = config;
        dim = config.width().dim();
        device = params.device();
        level = levelEmbedding(params.at("level"));
        lowLevel = config.inputs().lowResolution() ? levelEmbedding(params.at("low_level")) : null;
        classes = config.classes() > 0 ? params.at("class").get("table", Init.normal(0.02), config.classes() + 1, dim) : null;
        WaltConfig.Text t = config.text();
        text = t.dim() > 0 ? Linear.of(params.at("text.project"), t.dim(), dim, Init.xavier()) : null;
        nullText = t.dim() > 0 ? params.at("text").get("null", Init.normal(0.02), 1, 1, dim) : null;
        textMean = t.norm() ? params.at("text").get("mean", Init.zeros(), t.dim()) : null;
        textStd = t.norm() ? params.at("text").get("std", Init.ones(), t.dim()) : null;
        pooledText = t.dim() > 0 ? Linear.of(params.at("text.pooled"), dim, dim, Init.normal(0.02)) : null;
    }

    private TimestepEmbedding levelEmbedding(Params p) {
        return new TimestepEmbedding(Linear.of(p.at("0"), SINUSOIDS, dim, Init.normal(0.02)), Linear.of(p.at("1"), dim, dim, Init.normal(0.02)), DType.F32);
    }

    /** @param tokens [M, S + 1, C], the learned null text last @param bias [M, 1, 1, S + 1] @param rows text of each frame, [B·T], or null */
    record TextTokens(Tensor tokens, Tensor bias, @Nullable Tensor rows) implements AutoCloseable {
        /** For many calls; to be closed. */
        TextTokens own() {
            return new TextTokens(tokens.copy().own(), bias.copy().own(), rows == null ? null : rows.copy().own());
        }

        @Override
        public void close() {
            tokens.close();
            bias.close();
            if (rows != null) {
                rows.close();
            }
        }
    }

    /** Projected text followed by the null token, which alone is visible where a text is dropped; null without text. */
    @Nullable TextTokens textTokens(Condition condition, int batch) {
        if (text == null || nullText == null) {
            if (condition instanceof Condition.Text) {
                throw new UserException("this model was made without text and takes none");
            }
            return null;
        }
        return switch (condition) {
            case Condition.ClassLabel l -> throw new UserException("this model is conditioned on text, not on class numbers");
            case Condition.None n -> new TextTokens(nullText.expand(batch, 1, dim), Tensor.zeros(DType.F32, device, batch, 1, 1, 1), null);
            case Condition.Text t -> {
                if (t.states().size(2) != config.text().dim()) {
                    throw new ShapeException("text states", "[M, S, " + config.text().dim() + "]", t.states().shape());
                }
                long m = t.states().size(0);
                Tensor real = t.mask().to(DType.F32); // [M, S]
                Tensor dropped = real.amax(true, 1).neg().add(1); // [M, 1]
                Tensor seen = Tensor.cat(1, real, dropped);
                Tensor projected = projected(text, t.states());
                Tensor tokens = Tensor.cat(1, projected, nullText.expand(m, 1, dim).to(projected.dtype()));
                yield new TextTokens(tokens, seen.sub(1).mul(1e30).reshape(m, 1, 1, -1), t.rows() == null ? null : t.rows().reshape(-1));
            }
        };
    }

    /** [M, S, text width] -> [M, S, C]. */
    private Tensor projected(Linear project, Tensor states) {
        if (textMean == null || textStd == null) {
            return project.apply(states.to(project.weight().dtype()));
        }
        Tensor white = states.to(DType.F32).sub(textMean.detach()).div(textStd.detach());
        return Ops.layerNorm(project.apply(white.to(project.weight().dtype())), null, null, WaltTransformer.EPS);
    }

    /** See {@link WaltTransformer#setTextStatistics}. */
    void setTextStatistics(Tensor states, Tensor mask) {
        if (textMean == null || textStd == null) {
            throw new UserException("this model has no statistics of text: it was made with textNorm=false");
        }
        if (states.dim() != 3 || states.size(2) != config.text().dim()) {
            throw new ShapeException("text states", "[M, S, " + config.text().dim() + "]", states.shape());
        }
        try (var off = Grad.off();
                var scope = Scope.open("text statistics")) {
            TextStatistics measured = TextStatistics.of(states, mask);
            textMean.copyFrom(measured.mean().to(DType.BF16).to(textMean.dtype()));
            textStd.copyFrom(measured.std().to(DType.BF16).to(textStd.dtype()));
        }
    }

    /** Level of each frame, plus class or pooled text: [B, T, C]. */
    Tensor apply(DenoiserInput in, WindowGrid g, @Nullable TextTokens tokens) {
        Tensor c = level.apply(in.level().tensor(device)); // [B, T, C]
        if (lowLevel != null && in.lowRes() != null) {
            c = c.add(lowLevel.apply(in.lowRes().level()).unsqueeze(1));
        }
        if (classes != null) {
            Tensor ids = switch (in.condition()) {
                case Condition.ClassLabel l -> Tensor.where(
                        l.ids().lt(0), Tensor.full(config.classes(), DType.I64, device, 1), l.ids());
                case Condition.None n -> Tensor.full(config.classes(), DType.I64, device, g.batch());
                case Condition.Text t -> throw new UserException("this model is conditioned on class numbers, not on text");
            };
            Tensor label = Ops.embedding(classes, ids);
            c = c.add(ids.dim() == 1 ? label.unsqueeze(1) : label);
        } else if (in.condition() instanceof Condition.ClassLabel) {
            throw new UserException("this model was made without classes and takes no class numbers");
        }
        if (tokens != null && pooledText != null) {
            Tensor seen = tokens.bias.reshape(tokens.bias.size(0), -1, 1).eq(0).to(DType.F32); // [M, S + 1, 1]
            Tensor mean = tokens.tokens.mul(seen).sum(false, 1).div(seen.sum(false, 1)).to(tokens.tokens.dtype()); // [M, C]
            Tensor pooled = pooledText.apply(mean);
            c = c.add(tokens.rows == null ? pooled.unsqueeze(1) : pooled.indexSelect(0, tokens.rows).reshape(g.batch(), g.frames(), dim));
        }
        return c;
    }
}
