package org.praxino.walt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * The W.A.L.T tokenizer: one causal network for images and videos with a continuous latent (W.A.L.T 1.2; the CNN is MAGVIT-v2's
 * without its quantizer). Latents are normalised a channel with statistics measured once and stored with the weights.
 */
public final class WaltCodec implements VideoCodec {
    private final CodecConfig config;
    private final Params params;
    private final WaltEncoder encoder;
    private final WaltDecoder decoder;
    private final Tensor mean; // [C]
    private final Tensor std; // [C]

    public WaltCodec(CodecConfig config, Params params) {
        this.config = config;
        this.params = params;
        this.encoder = new WaltEncoder(params.at("encoder"), config);
        this.decoder = new WaltDecoder(params.at("decoder"), config);
        this.mean = params.at("latent").get("mean", Init.zeros(), config.latentChannels());
        this.std = params.at("latent").get("std", Init.ones(), config.latentChannels());
        params.finish();
    }

    public CodecConfig config() {
        return config;
    }

    public Params params() {
        return params;
    }

    /** Encoder output before normalisation, with gradients. @param video [B, 3, T, H, W] @return [B, C, T', H', W'] */
    public Tensor encodeRaw(Tensor video) {
        return posterior(video).mean;
    }

    /** Mean and log-variance of the latent, both [B, C, T', H', W']; the log-variance is null where the codec is not variational. */
    public record Posterior(Tensor mean, @Nullable Tensor logVariance) {}

    /** The encoder's output, before normalisation, with gradients. @param video [B, 3, T, H, W] */
    public Posterior posterior(Tensor video) {
        check(video);
        Tensor out = toPublic(encoder.forward(toInner(video), null));
        int c = config.latentChannels();
        return config.variational()
                ? new Posterior(out.narrow(1, 0, c), out.narrow(1, c, c).clamp(-30, 20))
                : new Posterior(out, null);
    }

    /** Decoder output for an unnormalised latent, with gradients and not clamped. */
    public Tensor decodeRaw(Tensor latent) {
        return toPublic(decoder.forward(toInner(latent), null));
    }

    @Override
    public Tensor encode(Tensor video) {
        try (var guard = Grad.off();
                var scope = Scope.open("walt.encode")) {
            return scope.keep(normalise(encodeRaw(video)));
        }
    }

    @Override
    public Tensor decode(Tensor latents) {
        try (var guard = Grad.off();
                var scope = Scope.open("walt.decode")) {
            return scope.keep(decodeRaw(denormalise(latents)).clamp(-1, 1));
        }
    }

    @Override
    public Streaming openEncoder() {
        return new Stream(piece -> normalise(toPublic(piece).narrow(1, 0, config.latentChannels())), true);
    }

    @Override
    public Streaming openDecoder() {
        return new Stream(piece -> toPublic(piece).clamp(-1, 1), false);
    }

    private final class Stream implements Streaming {
        private final FeatureCache cache = new FeatureCache();
        private final java.util.function.UnaryOperator<Tensor> finish;
        private final boolean encode;

        Stream(java.util.function.UnaryOperator<Tensor> finish, boolean encode) {
            this.finish = finish;
            this.encode = encode;
        }

        @Override
        public Tensor next(Tensor piece) {
            try (var guard = Grad.off();
                    var scope = Scope.open("walt.stream")) {
                long frames = piece.size(2);
                if (encode && (frames - (cache.first() ? 1 : 0)) % timeFactor() != 0) {
                    throw new ShapeException(
                            "piece", cache.first() ? "1 + " + timeFactor() + "k frames" : timeFactor() + "k frames", piece.shape());
                }
                Tensor out = encode
                        ? encoder.forward(toInner(piece), cache)
                        : decoder.forward(toInner(denormalise(piece)), cache);
                cache.chunkDone();
                return scope.keep(finish.apply(out));
            }
        }

        @Override
        public List<Tensor> state() {
            return cache.state();
        }

        @Override
        public void restore(List<Tensor> state) {
            cache.restore(state);
        }

        @Override
        public void close() {
            cache.close();
        }
    }

    /** Measures and stores latent statistics over raw latents [B, C, T', H', W'] that {@code batches} yields. */
    public void measureStatistics(Iterable<Tensor> batches) {
        try (var guard = Grad.off();
                var scope = Scope.open("walt.statistics")) {
            var means = new ArrayList<Tensor>();
            var squares = new ArrayList<Tensor>();
            for (Tensor batch : batches) {
                Tensor flat = batch.permute(1, 0, 2, 3, 4).flatten(1, 4); // [C, positions]
                means.add(flat.mean(false, 1));
                squares.add(flat.square().mean(false, 1));
            }
            if (means.isEmpty()) {
                throw new IllegalArgumentException("latent statistics need at least one batch");
            }
            Tensor m = Tensor.stack(means, 0).mean(false, 0);
            Tensor v = Tensor.stack(squares, 0).mean(false, 0).sub(m.square());
            mean.copyFrom(m);
            std.copyFrom(v.clamp(1e-8, 1e30).sqrt());
        }
    }

    private Tensor normalise(Tensor latent) {
        return latent.sub(mean.reshape(-1, 1, 1, 1)).div(std.reshape(-1, 1, 1, 1));
    }

    private Tensor denormalise(Tensor latent) {
        return latent.to(params.dtype()).mul(std.reshape(-1, 1, 1, 1)).add(mean.reshape(-1, 1, 1, 1));
    }

    private Tensor toInner(Tensor publicOrder) {
        return publicOrder.to(params.dtype()).permute(0, 2, 3, 4, 1).contiguous(); // [B, T, H, W, C]
    }

    private static Tensor toPublic(Tensor inner) {
        return inner.permute(0, 4, 1, 2, 3); // [B, C, T, H, W]
    }

    private void check(Tensor video) {
        int f = spaceFactor();
        if (video.dim() != 5 || video.size(1) != 3 || video.size(3) % f != 0 || video.size(4) % f != 0) {
            throw new ShapeException("video", "[B, 3, T, H, W] with H and W multiples of " + f, video.shape());
        }
        config.latentFrames(Math.toIntExact(video.size(2)));
    }

    /** Weights that learn; the latent statistics are measured, not learnt. */
    public List<Tensor> learnable() {
        return weights(name -> !name.startsWith("latent."));
    }

    /** Weights of the decoder alone. */
    public List<Tensor> decoderWeights() {
        return weights(WaltCodec::isDecoders);
    }

    /** Whether the weight of this name is the decoder's alone: all others have a part in what the latents are. */
    public static boolean isDecoders(String name) {
        return name.startsWith("decoder.");
    }

    private List<Tensor> weights(Predicate<String> wanted) {
        return params.all().entrySet().stream().filter(e -> wanted.test(e.getKey())).map(Map.Entry::getValue).toList();
    }

    @Override
    public int latentChannels() {
        return config.latentChannels();
    }

    @Override
    public int timeFactor() {
        return config.timeFactor();
    }

    @Override
    public int spaceFactor() {
        return config.spaceFactor();
    }

    @Override
    public void close() {
        params.close();
    }
}
