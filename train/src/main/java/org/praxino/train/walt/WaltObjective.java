package org.praxino.train.walt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.Guidance;
import org.praxino.diffusion.Guided;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.StepListener;
import org.praxino.io.Sha256;
import org.praxino.media.ContactSheet;
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
import org.praxino.tensor.WeightSource;
import org.praxino.text.TextStateCache;
import org.praxino.text.TextStates;
import org.praxino.train.Objective;
import org.praxino.train.Optimisation;
import org.praxino.train.latent.LatentStore;
import org.praxino.walt.WaltFlops;
import org.praxino.walt.WaltTransformer;

/**
 * The diffusion objective on latents (W.A.L.T 3.4): mean squared error of the prediction at random levels, clips and stacks of images
 * in one batch, some texts dropped, some first frames given, self-conditioning.
 */
public final class WaltObjective implements Objective {
    /** Text tokens of a caption in estimates. */
    private static final int TEXT_TOKENS = 16;

    private static final int SHEET_STEPS = 12;
    private static final int SHEET_COLUMNS = 8;

    private final WaltTraining config;
    private final WaltTransformer network;
    private final Process process;
    private final List<Stores> stores; // of each phase
    private final TextStateCache texts;
    private final VideoCodec codec;
    private final Device device;

    /** Latents of a phase. @param stills for batches of one latent frame; may be {@code clips} itself */
    public record Stores(LatentStore clips, LatentStore stills) {}

    /**
     * @param start weights to begin with wherever name and shape fit, or null
     * @param stores one for each phase
     * @param codec for the sheet only; none of the arguments is owned
     */
    public WaltObjective(
            WaltTraining config, @Nullable WeightSource start, List<Stores> stores, TextStateCache texts, VideoCodec codec, Device device) {
        this.config = config;
        for (int i = 0; i < stores.size(); i++) {
            long longest = stores.get(i).clips.shape()[1];
            if (config.phases().get(i).lengths().stream().anyMatch(l -> l > longest)) {
                throw new ConfigException("lengths=" + config.phases().get(i).lengths() + " goes beyond the " + longest
                        + " latent frames of a sample");
            }
        }
        long seed = config.optimisation().seed();
        this.network = new WaltTransformer(
                config.network(), start == null ? Params.initialise(seed, device) : Params.initialiseFrom(start, seed, device));
        this.process = config.process().process();
        this.stores = List.copyOf(stores);
        this.texts = texts;
        this.codec = codec;
        this.device = device;
        if (config.network().text().norm() && start == null) {
            setTextStatistics();
        }
    }

    private void setTextStatistics() {
        try (var guard = Grad.off();
                var scope = Scope.open("text statistics")) {
            List<String> captions = stores.stream().flatMap(s -> Stream.of(s.clips, s.stills)).flatMap(l -> l.captions().stream())
                    .map(LatentStore.Caption::caption).distinct().toList();
            TextStates states = texts.get(captions);
            network.setTextStatistics(states.states().to(DType.F32), states.mask());
        }
    }

    /** All but the whitening of text, which is measured. */
    @Override
    public List<Tensor> learnable() {
        return network.params().all().entrySet().stream()
                .filter(e -> !e.getKey().equals("text.mean") && !e.getKey().equals("text.std"))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The matrices of the layers but for the low-rank modulation, as in the trial that Muon was measured in. */
    @Override
    public Set<String> muonWeights() {
        return network.params().all().entrySet().stream()
                .filter(e -> e.getKey().startsWith("layers.") && e.getValue().dim() == 2 && !e.getKey().contains(".modulation."))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public Params params() {
        return network.params();
    }

    /** Clean latents, their kinds and texts. */
    private record Batch(Tensor clean, List<SampleKind> kinds, Condition.Text text, WaltTraining.TrainingPhase phase) {}

    private Batch batch(long first, int count, RandomStream random) {
        // One length an update, so that passes side by side end together.
        Optimisation o = config.optimisation();
        var ofUpdate = RandomStream.of(o.seed(), "walt length", o.update(first));
        int at = config.phase(o.update(first) * o.batch() * o.accumulate());
        WaltTraining.TrainingPhase phase = config.phases().get(at);
        int frames = phase.lengths().get(ofUpdate.nextInt(phase.lengths().size()));
        LatentStore latents = frames == 1 ? stores.get(at).stills : stores.get(at).clips;
        count *= config.clips(frames);
        var clean = new ArrayList<Tensor>();
        var kinds = new ArrayList<SampleKind>();
        var captions = new ArrayList<String>();
        long[] rows = new long[count * frames];
        for (int b = 0; b < count; b++) {
            // Stratified, so that every batch has its share of images.
            boolean images = (b + random.uniform()) / count < phase.images();
            kinds.add(images ? SampleKind.IMAGES : SampleKind.CLIP);
            var stack = new ArrayList<Tensor>();
            for (int t = 0; t < frames; t++) {
                if (images || t == 0) {
                    int index = random.nextInt(latents.size());
                    captions.add(latents.caption(index).caption());
                    stack.add(images ? latents.image(index) : latents.latent(index).narrow(1, 0, frames));
                }
                rows[b * frames + t] = captions.size() - 1L;
            }
            clean.add(Tensor.cat(stack, 1)); // [C, T, H, W]
        }
        TextStates states = texts.get(captions).to(device, DType.F32);
        boolean[] drop = new boolean[captions.size()];
        for (int i = 0; i < drop.length; i++) {
            drop[i] = random.uniform() < config.textDrop();
        }
        var text = new Condition.Text(states.states(), states.mask(), Tensor.of(rows, count, frames).to(device));
        return new Batch(Tensor.stack(clean, 0).to(device), kinds, text.dropped(drop), phase);
    }

    @Override
    public LossTerms loss(long first, int count) {
        long seed = config.optimisation().seed();
        var random = RandomStream.of(seed, "walt batch", first);
        Batch b = batch(first, count, random);
        int frames = (int) b.clean.size(2);
        Levels levels = b.phase.levels().sampler().draw(random, b.kinds, frames);
        Tensor eps = RandomStream.of(seed, "noise", first).normal(b.clean.shape()).to(device);
        Tensor noisy = process.noisy(b.clean, eps, levels);
        GivenFrames given = given(b, random);
        var in = DenoiserInput.clips(noisy, levels, b.text)
                .withKinds(b.kinds)
                .withGiven(given);
        if (random.uniform() < config.selfConditioning()) {
            try (var guard = Grad.off()) {
                Tensor estimate = process.x0(network.predict(in, AttentionPolicy.FULL), noisy, levels);
                in = in.withSelfEstimate(estimate.detach());
            }
        }
        Tensor predicted = network.predict(in, AttentionPolicy.FULL);
        Tensor error = predicted.sub(process.target(b.clean, eps, levels)).square();
        return new LossTerms(given == null ? error.mean() : meanOfUnknown(error, given.mask()), Map.of());
    }

    /** The mean over the frames that are not given. @param error [B, C, T, H, W] @param given [B, 1, T, 1, 1], at least one frame not given */
    private static Tensor meanOfUnknown(Tensor error, Tensor given) {
        Tensor unknown = given.mul(-1).add(1);
        double count = unknown.sum().item() * error.size(1) * error.size(3) * error.size(4);
        return error.mul(unknown).sum().div(count);
    }

    /** For some clips one or two first latent frames, fewer than there are; for images and other clips nothing. */
    private @Nullable GivenFrames given(Batch b, RandomStream random) {
        if (!config.network().inputs().frameCondition() || b.phase.framePrediction() == 0) {
            return null;
        }
        int frames = (int) b.clean.size(2);
        float[] mask = givenMask(b.kinds, frames, b.phase.framePrediction(), random);
        return new GivenFrames(b.clean, Tensor.of(mask, b.kinds.size(), 1, frames, 1, 1).to(device));
    }

    /** 1 for given frames. @return [B, frames] */
    static float[] givenMask(List<SampleKind> kinds, int frames, double share, RandomStream random) {
        float[] mask = new float[kinds.size() * frames];
        for (int i = 0; i < kinds.size(); i++) {
            boolean on = kinds.get(i) == SampleKind.CLIP && random.uniform() < share;
            int known = on ? Math.min(1 + random.nextInt(2), frames - 1) : 0;
            for (int t = 0; t < known; t++) {
                mask[i * frames + t] = 1;
            }
        }
        return mask;
    }

    @Override
    public boolean supportsParallelPasses() {
        return true;
    }

    @Override
    public double flopsPerSample() {
        long[] shape = stores.getFirst().clips.shape();
        double forward = config.phases().stream()
                .mapToDouble(phase -> phase.lengths().stream()
                        .mapToDouble(t -> config.clips(t)
                                * WaltFlops.forward(config.network(), 1, t, (int) shape[2], (int) shape[3], TEXT_TOKENS))
                        .average()
                        .orElseThrow())
                .average()
                .orElseThrow();
        return forward * (3 + config.selfConditioning());
    }

    /** Clips for eight training captions from fixed noise, a row each; few steps, so that training is not held up. */
    @Override
    public void sheet(Path png) {
        LatentStore latents = stores.getLast().clips;
        int clips = Math.min(8, latents.size());
        long[] s = latents.shape();
        List<String> captions =
                IntStream.range(0, clips).mapToObj(i -> latents.caption(i * latents.size() / clips).caption()).toList();
        Tensor noise = RandomStream.of(7, "sheet").normal(clips, s[0], s[1], s[2], s[3]).to(device);
        TextStates states = texts.get(captions).to(device, DType.F32);
        var request = DenoiserInput.clips(
                noise, Levels.all(0, clips, (int) s[1]), new Condition.Text(states.states(), states.mask()));
        try (var guided = new Guided(
                network, process, request, new Condition.None(), new Guidance.Constant(config.process().guidance()),
                AttentionPolicy.FULL, config.network().inputs().selfConditioning())) {
            Tensor latent =
                    Ddim.sample(process, config.process().sampling(SHEET_STEPS), noise, guided, StepListener.SILENT);
            Tensor video = codec.decode(latent); // [8, 3, T, H, W]
            var sheet = new ContactSheet((int) Math.max(video.size(3), video.size(4)), Rgb.WHITE);
            for (int i = 0; i < clips; i++) {
                sheet.row(captions.get(i), ContactSheet.spread(VideoTensors.toFrames(video.select(0, i)), SHEET_COLUMNS));
            }
            sheet.save(png, WriteOptions.plain(1));
        }
    }

    @Override
    public String dataDigest() {
        return digest(stores);
    }

    /** Names everything that all phases train on. */
    public static String digest(List<Stores> stores) {
        return stores.size() == 1 && stores.getFirst().clips == stores.getFirst().stills
                ? stores.getFirst().clips.digest()
                : Sha256.ofText(stores.stream().map(s -> s.clips.digest() + s.stills.digest()).collect(Collectors.joining()));
    }

    @Override
    public void close() {
        network.close();
    }
}
