package org.praxino.wan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The video VAE of Wan 2.1: causal in time, 4×8×8 pixels a latent position, exact as a stream in both directions. The latent is the
 * posterior's mean, normalised a channel. B batch, T frames, C latent channels.
 */
public final class WanVae implements VideoCodec {
    private final WanVaeConfig config;
    private final Params params;
    private final @Nullable Tiling tiling;
    private final VaeEncoder encoder;
    private final VaeLayers.Point posterior; // "conv1"
    private final VaeLayers.Point entry; // "conv2"
    private final VaeDecoder decoder;
    private final Tensor mean; // [C, 1, 1, 1]
    private final Tensor std; // [C, 1, 1, 1]

    /** Asks {@code params} for every weight; the VAE then owns them. */
    public WanVae(WanVaeConfig config, Params params) {
        this(config, params, null);
    }

    /** As {@link #WanVae(WanVaeConfig, Params)}. @param tiling how it decodes by default, or null for whole frames */
    public WanVae(WanVaeConfig config, Params params, @Nullable Tiling tiling) {
        this.config = config;
        this.params = params;
        this.tiling = tiling;
        int c = config.latentChannels();
        encoder = new VaeEncoder(params.at("encoder"), config);
        posterior = new VaeLayers.Point(params.at("conv1"), 2 * c, 2 * c, 3);
        entry = new VaeLayers.Point(params.at("conv2"), c, c, 3);
        decoder = new VaeDecoder(params.at("decoder"), config);
        params.finish();
        try (var scope = Scope.open("latent statistics")) {
            mean = column(config.mean()).to(params.device()).copy().own();
            std = column(config.std()).to(params.device()).copy().own();
        }
    }

    private static Tensor column(List<Double> values) {
        return Tensor.of(values.stream().mapToDouble(v -> v).toArray(), values.size(), 1, 1, 1).to(DType.F32);
    }

    public WanVaeConfig config() {
        return config;
    }

    public Params params() {
        return params;
    }

    @Override
    public Tensor encode(Tensor video) {
        try (var scope = Scope.open("wan.encode")) {
            return scope.keep(normalised(encodeRaw(video)));
        }
    }

    /** The posterior's mean as it is. @param video [B, 3, T, H, W] @return [B, C, T', H', W'] */
    public Tensor encodeRaw(Tensor video) {
        if ((video.size(2) - 1) % timeFactor() != 0) {
            throw new UserException("a video of " + video.size(2) + " frames cannot be coded: the number must be 1 + "
                    + timeFactor() + "k, such as " + (video.size(2) - (video.size(2) - 1) % timeFactor()));
        }
        try (var guard = Grad.off();
                var scope = Scope.open("wan.encode");
                var cache = new VaeFeatureCache(encoder.slots())) {
            return scope.keep(encoded(video, cache));
        }
    }

    /** A piece of a stream: one frame at its start and then the time factor's number, group by group. */
    private Tensor encoded(Tensor video, VaeFeatureCache cache) {
        check(video);
        var groups = new ArrayList<Tensor>();
        int at = 0;
        while (at < video.size(2)) {
            int count = cache.get(0) == null ? 1 : timeFactor();
            try (var scope = Scope.open("wan.encode group")) {
                Tensor out = posterior.forward(encoder.forward(inner(video.narrow(2, at, count)), cache)); // [B, 1, H', W', 2C]
                groups.add(scope.keep(out.narrow(4, 0, config.latentChannels()).permute(0, 4, 1, 2, 3).contiguous()));
            }
            at += count;
        }
        return groups.size() == 1 ? groups.getFirst() : Tensor.cat(groups, 2);
    }

    private void check(Tensor video) {
        int f = spaceFactor();
        if (video.dim() != 5 || video.size(1) != 3 || video.size(3) % f != 0 || video.size(4) % f != 0) {
            throw new ShapeException("video", "[B, 3, T, H, W] with H and W multiples of " + f, video.shape());
        }
    }

    @Override
    public Tensor decode(Tensor latents) {
        return decode(latents, tiling);
    }

    /** As {@link #decode(Tensor)}, in tiles, one after another through the whole clip. */
    public Tensor decode(Tensor latents, @Nullable Tiling tiles) {
        if (tiles != null && Math.max(latents.size(3), latents.size(4)) > tiles.tile()) {
            try (var guard = Grad.off();
                    var scope = Scope.open("wan.decode");
                    var decoding = new DecoderStream(decoder, spaceFactor(), tiles)) {
                Tensor z = denormalised(latents);
                List<Tensor> each = LongStream.range(0, z.size(2)).mapToObj(t -> entry.forward(inner(z.narrow(2, t, 1)))).toList();
                return scope.keep(decoding.clip(each, frames((int) z.size(2))).permute(0, 4, 1, 2, 3).clamp(-1, 1).to(params.dtype()).contiguous());
            }
        }
        try (var scope = Scope.open("wan.decode");
                var stream = openDecoder(tiles)) {
            return scope.keep(stream.next(latents));
        }
    }

    /** What the decoder gives for a latent that is not normalised, not clamped. @param latents [B, C, T', H', W'] */
    public Tensor decodeRaw(Tensor latents) {
        try (var guard = Grad.off();
                var scope = Scope.open("wan.decode");
                var decoding = new DecoderStream(decoder, spaceFactor(), null)) {
            return scope.keep(decoded(latents, decoding));
        }
    }

    /** Latent frame by latent frame. */
    private Tensor decoded(Tensor latents, DecoderStream decoding) {
        checkLatents(latents);
        var groups = new ArrayList<Tensor>();
        for (int t = 0; t < latents.size(2); t++) {
            try (var scope = Scope.open("wan.decode frame")) {
                Tensor frames = decoding.next(entry.forward(inner(latents.narrow(2, t, 1))));
                groups.add(scope.keep(frames.permute(0, 4, 1, 2, 3).contiguous()));
            }
        }
        return groups.size() == 1 ? groups.getFirst() : Tensor.cat(groups, 2);
    }

    @Override
    public Streaming openEncoder() {
        var cache = new VaeFeatureCache(encoder.slots());
        return new Streaming() {
            @Override
            public Tensor next(Tensor piece) {
                boolean first = cache.get(0) == null;
                if ((piece.size(2) - (first ? 1 : 0)) % timeFactor() != 0 || piece.size(2) == 0) {
                    throw new ShapeException("piece", (first ? "1 + " : "") + timeFactor() + "k frames", piece.shape());
                }
                try (var guard = Grad.off();
                        var scope = Scope.open("wan.stream")) {
                    return scope.keep(normalised(encoded(piece, cache)));
                }
            }

            @Override
            public List<Tensor> state() {
                return cache.state();
            }

            @Override
            public void restore(List<Tensor> state) {
                cache.restore(new ArrayDeque<>(state));
            }

            @Override
            public void close() {
                cache.close();
            }
        };
    }

    @Override
    public Streaming openDecoder() {
        return openDecoder(tiling);
    }

    /** As {@link #openDecoder()}, in tiles. */
    public Streaming openDecoder(@Nullable Tiling tiles) {
        var decoding = new DecoderStream(decoder, spaceFactor(), tiles);
        return new Streaming() {
            @Override
            public Tensor next(Tensor piece) {
                try (var guard = Grad.off();
                        var scope = Scope.open("wan.stream")) {
                    return scope.keep(decoded(denormalised(piece), decoding).clamp(-1, 1));
                }
            }

            @Override
            public List<Tensor> state() {
                return decoding.state();
            }

            @Override
            public void restore(List<Tensor> state) {
                decoding.restore(state);
            }

            @Override
            public void close() {
                decoding.close();
            }
        };
    }

    /** The feature cache of a stream through the encoder, for its test. */
    VaeFeatureCache encoderCache(Tensor video) {
        var cache = new VaeFeatureCache(encoder.slots());
        try (var guard = Grad.off();
                var scope = Scope.open("wan.encode")) {
            encoded(video, cache);
        }
        return cache;
    }

    /** The feature cache of a stream through the decoder, for its test. */
    VaeFeatureCache decoderCache(Tensor latents) {
        var decoding = new DecoderStream(decoder, spaceFactor(), null);
        try (var guard = Grad.off();
                var scope = Scope.open("wan.decode")) {
            decoded(latents, decoding);
        }
        return decoding.memory();
    }

    private void checkLatents(Tensor latents) {
        if (latents.dim() != 5 || latents.size(1) != config.latentChannels()) {
            throw new ShapeException("latents", "[B, " + config.latentChannels() + ", T, H, W]", latents.shape());
        }
    }

    private Tensor denormalised(Tensor latents) {
        checkLatents(latents);
        return latents.to(params.device()).to(DType.F32).mul(std).add(mean);
    }

    private Tensor normalised(Tensor raw) {
        return raw.to(DType.F32).sub(mean).div(std);
    }

    /** [B, C, T, H, W] to [B, T, H, W, C] in the weights' type. */
    private Tensor inner(Tensor x) {
        return x.to(params.device()).to(params.dtype()).permute(0, 2, 3, 4, 1).contiguous();
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
        mean.close();
        std.close();
    }
}
