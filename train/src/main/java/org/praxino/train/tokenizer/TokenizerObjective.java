package org.praxino.train.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.praxino.media.ContactSheet;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightException;
import org.praxino.tensor.WeightSource;
import org.praxino.train.Objective;
import org.praxino.train.Prefetch;
import org.praxino.train.data.ClipSource;
import org.praxino.walt.CodecFlops;
import org.praxino.walt.WaltCodec;

/** Reconstruction through the bottleneck, images and clips mixed (W.A.L.T 1.2; terms in {@link TokenizerLosses}). */
public final class TokenizerObjective implements Objective {
    private final TokenizerTraining config;
    private final WaltCodec codec;
    private final ClipSource train;
    private final ClipSource held;
    private final Device device;
    private final Prefetch<Batch> batches;
    private final @Nullable PerceptualLoss perceptual;
    private final @Nullable AdversarialTrainer adversary;

    /** @param rgb [count, frames, H, W, 3] */
    private record Batch(byte[] rgb, int count, int frames) {}

    /**
     * @param start weights to begin with wherever name and shape fit, or null; with a frozen encoder all but the decoder's must fit
     * @param held source of pictures that training never sees, for the sheet
     */
    public TokenizerObjective(
            TokenizerTraining config, @Nullable WeightSource start, ClipSource train, ClipSource held, Device device) {
        requireFit(config, train);
        this.config = config;
        this.codec = new WaltCodec(
                config.codec(),
                start == null
                        ? Params.initialise(config.optimisation().seed(), device)
                        : Params.initialiseFrom(start, config.optimisation().seed(), device));
        if (config.freezeEncoder()) {
            requireEncoder(start);
        }
        this.train = train;
        this.held = held;
        this.device = device;
        var p = config.perceptual();
        this.perceptual = p == null ? null : PerceptualLoss.open(p, device);
        this.adversary = config.adversarial() == null
                ? null
                : new AdversarialTrainer(config.adversarial(), config.optimisation().seed() + 1, device);
        this.batches = new Prefetch<>(this::load, config.optimisation().batch());
    }

    private static void requireFit(TokenizerTraining config, ClipSource train) {
        int factor = config.codec().spaceFactor();
        if (config.crop() > Math.min(train.width(), train.height())) {
            throw new ConfigException("crop=" + config.crop() + " is larger than the clips, which are " + train.width() + "x" + train.height());
        }
        if (config.crop() == 0 && (train.width() % factor != 0 || train.height() % factor != 0)) {
            throw new ConfigException("the clips are " + train.width() + "x" + train.height() + ", not multiples of " + factor
                    + ": set crop, or prepare them at another size");
        }
    }

    private void requireEncoder(@Nullable WeightSource start) {
        List<String> lacking = codec.params().all().entrySet().stream()
                .filter(e -> !WaltCodec.isDecoders(e.getKey()))
                .filter(e -> start == null
                        || !start.names().contains(e.getKey())
                        || !Arrays.equals(start.shape(e.getKey()), e.getValue().shape()))
                .map(Map.Entry::getKey)
                .toList();
        if (!lacking.isEmpty()) {
            codec.close();
            throw new WeightException("freezeEncoder=true needs a start model with this encoder, but it lacks or shapes otherwise: "
                    + String.join(", ", lacking));
        }
    }

    public WaltCodec codec() {
        return codec;
    }

    @Override
    public Params params() {
        return codec.params();
    }

    @Override
    public List<Tensor> learnable() {
        return config.freezeEncoder() ? codec.decoderWeights() : codec.learnable();
    }

    /** Kernels of all but the first and last layers of each half. */
    @Override
    public Set<String> muonWeights() {
        return codec.params().all().entrySet().stream()
                .filter(e -> e.getValue().dim() >= 2 && !e.getKey().contains("conv_in") && !e.getKey().contains("conv_out"))
                .filter(e -> !config.freezeEncoder() || WaltCodec.isDecoders(e.getKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private Batch load(long first, int count) {
        long seed = config.optimisation().seed();
        boolean images = RandomStream.of(seed, "kind", first).uniform() < config.images();
        int latents = config.codec().latentFrames(config.frames());
        int n = images ? count * latents : count;
        int frames = images ? 1 : config.frames();
        byte[][] all = new byte[n][];
        for (int i = 0; i < n; i++) {
            long index = images ? (first + i / latents) * 64 + i % latents : first + i;
            byte[] rgb = train.sample(seed + (images ? 1 : 0), index, frames).rgb();
            all[i] = config.crop() == 0 ? rgb : crop(rgb, frames, RandomStream.of(seed, "crop", index));
        }
        return new Batch(join(all), n, frames);
    }

    /** The same square of every frame: of some random ones the one with the most detail in the first frame. @param rgb [frames, H, W, 3] */
    private byte[] crop(byte[] rgb, int frames, RandomStream random) {
        int side = config.crop();
        int top = 0;
        int left = 0;
        long most = -1;
        for (int i = 0; i < config.cropCandidates(); i++) {
            int y = random.nextInt(train.height() - side + 1);
            int x = random.nextInt(train.width() - side + 1);
            long detail = config.cropCandidates() == 1 ? 0 : detail(rgb, y, x, side);
            if (detail > most) {
                most = detail;
                top = y;
                left = x;
            }
        }
        byte[] out = new byte[frames * side * side * 3];
        for (int f = 0; f < frames; f++) {
            for (int y = 0; y < side; y++) {
                int from = ((f * train.height() + top + y) * train.width() + left) * 3;
                System.arraycopy(rgb, from, out, (f * side + y) * side * 3, side * 3);
            }
        }
        return out;
    }

    /** Sum of the absolute differences of neighbours in a row, in a square of the first frame. */
    private long detail(byte[] rgb, int top, int left, int side) {
        long sum = 0;
        for (int y = top; y < top + side; y++) {
            int at = (y * train.width() + left) * 3;
            for (int i = at + 3; i < at + side * 3; i++) {
                sum += Math.abs((rgb[i] & 0xff) - (rgb[i - 3] & 0xff));
            }
        }
        return sum;
    }

    private static byte[] join(byte[][] parts) {
        byte[] out = new byte[parts.length * parts[0].length];
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(parts[i], 0, out, i * parts[i].length, parts[i].length);
        }
        return out;
    }

    @Override
    public LossTerms loss(long first, int count) {
        Batch b = batches.get(first, count);
        int height = config.crop() == 0 ? train.height() : config.crop();
        int width = config.crop() == 0 ? train.width() : config.crop();
        Tensor x = video(b.rgb, b.count, b.frames, height, width); // [B, 3, T, H, W]
        var w = config.losses();
        WaltCodec.Posterior p = posterior(x);
        Tensor z = p.mean();
        Tensor noise = RandomStream.of(config.optimisation().seed(), "latent noise", first).normal(z.shape()).to(device);
        Tensor spread = p.logVariance() == null ? null : p.logVariance().mul(0.5).exp();
        Tensor sampled = z.add(spread == null ? noise.mul(w.noise()) : noise.mul(spread.add(w.noise())));
        var equivariance = config.equivariance();
        if (equivariance != null) {
            var random = RandomStream.of(config.optimisation().seed(), "equivariance", first);
            if (random.uniform() < equivariance.probability()) {
                var transform = equivariance.draw(random, sampled.size(3));
                sampled = transform.apply(sampled, 1);
                x = transform.apply(x, config.codec().spaceFactor()).contiguous();
            }
        }
        Tensor y = codec.decodeRaw(sampled).to(DType.F32);
        Tensor error = y.sub(x);
        Tensor l1 = error.abs().mean();
        Tensor mse = error.square().mean();
        Tensor edges = TokenizerLosses.edges(error);
        Tensor motion = TokenizerLosses.motion(error);
        Tensor latent = z.to(DType.F32).square().mean().mul(0.5);
        Tensor sum = l1.mul(w.l1()).add(mse.mul(w.mse())).add(edges.mul(w.edges())).add(motion.mul(w.motion())).add(latent.mul(w.latent()));
        var parts = new LinkedHashMap<String, Tensor>();
        parts.put("l1", l1);
        parts.put("mse", mse);
        parts.put("motion", motion);
        parts.put("z2", latent);
        if (p.logVariance() != null) {
            Tensor kl = TokenizerLosses.kl(p.mean().to(DType.F32), p.logVariance().to(DType.F32));
            parts.put("kl", kl);
            sum = sum.add(kl.mul(w.kl()));
        }
        if (perceptual != null && config.perceptual() != null) {
            Tensor looked = framesOf(config.perceptual(), first, (int) x.size(2));
            Tensor seen = looked == null ? perceptual.of(y, x) : perceptual.of(y.indexSelect(2, looked), x.indexSelect(2, looked));
            parts.put("perceptual", seen);
            sum = sum.add(seen.mul(config.perceptual().weight()));
        }
        if (adversary != null && adversary.active(first)) {
            Tensor fooled = adversary.generator(x, y);
            parts.put("adversarial", fooled);
            sum = sum.add(fooled.mul(adversary.weight()));
        }
        return new LossTerms(sum, parts);
    }

    /** Indices of the frames that the perceptual loss compares in this batch, in order; null for all. */
    private @Nullable Tensor framesOf(PerceptualTraining perceptual, long first, int frames) {
        if (perceptual.frames() == null || perceptual.frames() >= frames) {
            return null;
        }
        var random = new Random(RandomStream.of(config.optimisation().seed(), "perceptual frames", first).nextLong());
        var all = new ArrayList<Long>();
        for (long f = 0; f < frames; f++) {
            all.add(f);
        }
        Collections.shuffle(all, random);
        long[] chosen = all.subList(0, perceptual.frames()).stream().mapToLong(f -> f).sorted().toArray();
        return Tensor.of(chosen, chosen.length).to(device);
    }

    private WaltCodec.Posterior posterior(Tensor video) {
        if (!config.freezeEncoder()) {
            return codec.posterior(video);
        }
        try (var guard = Grad.off()) {
            return codec.posterior(video);
        }
    }

    @Override
    public void afterUpdate(long samples) {
        if (adversary != null) {
            adversary.update();
        }
    }

    @Override
    public Map<String, Tensor> state() {
        return adversary == null ? Map.of() : adversary.state();
    }

    @Override
    public void restore(WeightSource state) {
        if (adversary != null) {
            adversary.restore(state);
        }
    }

    private Tensor video(byte[] rgb, int count, int frames, int height, int width) {
        return Tensor.of(rgb, count, frames, height, width, 3)
                .to(device)
                .to(DType.F32)
                .div(127.5)
                .sub(1)
                .permute(0, 4, 1, 2, 3);
    }

    @Override
    public double flopsPerSample() {
        double clip = flops(config.frames());
        double stack = config.codec().latentFrames(config.frames()) * flops(1);
        return (1 - config.images()) * clip + config.images() * stack;
    }

    /** Forward and backward; backward costs twice the forward pass, and a frozen encoder has none. */
    private double flops(int frames) {
        int height = config.crop() == 0 ? train.height() : config.crop();
        int width = config.crop() == 0 ? train.width() : config.crop();
        return (config.freezeEncoder() ? 1 : 3) * CodecFlops.encode(config.codec(), frames, height, width)
                + 3 * CodecFlops.decode(config.codec(), frames, height, width);
    }

    @Override
    public void sheet(Path png) {
        int frames = config.codec().frames(5);
        var rows = new ArrayList<List<Frame>>();
        double squared = 0;
        int clips = 6;
        for (int i = 0; i < clips; i++) {
            try (var scope = Scope.open("row")) {
                Tensor x = video(held.sample(77, i, frames).rgb(), 1, frames, held.height(), held.width());
                Tensor y = codec.decodeRaw(codec.encodeRaw(x)).clamp(-1, 1);
                squared += y.sub(x).square().mean().item() / 4;
                var row = new ArrayList<Frame>();
                for (Tensor v : List.of(x, y)) {
                    row.addAll(ContactSheet.spread(VideoTensors.toFrames(v.squeeze(0)), 4));
                }
                rows.add(row);
            }
        }
        var sheet = new ContactSheet(Math.max(held.width(), held.height()), Rgb.WHITE);
        sheet.row("%s, left as it is, right as it comes back: PSNR %.2f dB (of the mean error over %d clips of %d frames)"
                .formatted(held == train ? "Training clips (none is held out)" : "Held out",-10 * Math.log10(squared / clips), clips, frames), rows.getFirst());
        rows.stream().skip(1).forEach(row -> sheet.row("", row));
        sheet.save(png, WriteOptions.plain(1));
    }

    @Override
    public String dataDigest() {
        return train.digest();
    }

    @Override
    public void close() {
        batches.close();
        codec.close();
        if (perceptual != null) {
            perceptual.close();
        }
        if (adversary != null) {
            adversary.close();
        }
    }
}
