package org.praxino.train.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Scores generated clips against the real clips of a split. Beside the model's clips it scores three more sets for the same prompts: what
 * the tokenizer gives back of the real clip, the real clip's first frame held still, and the real clip itself.
 */
public final class Evaluation {

    /** Makes the clip of a prompt. */
    @FunctionalInterface
    public interface Generator {
        /** @param number of the prompt, from 0 @return [3, T, H, W] in [-1, 1] in the caller's scope */
        Tensor generate(EvalPrompt prompt, int number);
    }

    private final RealClips real;
    private final MobileNetV2 network;
    private final int frames;
    private final int stride;
    private final Path cache;
    private final Progress progress;

    /**
     * @param frames of a clip, more than 2·stride
     * @param stride every which frame the features look at; 4 looks once at what one latent frame stands for
     * @param cache folder for the features of the real clips
     */
    public Evaluation(RealClips real, MobileNetV2 network, int frames, int stride, Path cache, Progress progress) {
        if (stride < 1 || frames <= 2 * stride) {
            throw new IllegalArgumentException("frames=" + frames + " and stride=" + stride + ": at least three frames must be sampled");
        }
        this.real = real;
        this.network = network;
        this.frames = frames;
        this.stride = stride;
        this.cache = cache;
        this.progress = progress;
    }

    /**
     * Scores the clips of {@code generator} for {@code prompts}.
     *
     * @param generator null to score the tokenizer alone
     * @param codec tokenizer whose reconstructions are scored, or null for none; not owned
     * @param i3d null for no FVD
     */
    public EvaluationReport run(
            List<EvalPrompt> prompts, @Nullable Generator generator, @Nullable VideoCodec codec, @Nullable I3dFvd i3d) {
        return run(prompts, generator, codec, i3d, FvdSample.PUBLISHED);
    }

    /** The same. @param sample real clips that FVD compares with */
    public EvaluationReport run(
            List<EvalPrompt> prompts, @Nullable Generator generator, @Nullable VideoCodec codec, @Nullable I3dFvd i3d, FvdSample sample) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("no prompt to evaluate");
        }
        try (var guard = Grad.off();
                ReferenceFeatures gallery = ReferenceFeatures.open(real, frames, stride, network, cache, progress);
                ScoreAccumulator made = new ScoreAccumulator(gallery);
                ScoreAccumulator back = new ScoreAccumulator(gallery);
                ScoreAccumulator still = new ScoreAccumulator(gallery);
                ScoreAccumulator same = new ScoreAccumulator(gallery);
                FvdAccumulator fvd = i3d == null ? null : new FvdAccumulator(i3d, real, sample)) {
            List<EvaluationReport.PromptResult> each = new ArrayList<>();
            int scored = 0;
            for (EvalPrompt prompt : prompts) {
                try (var scope = Scope.open("evaluate prompt")) {
                    Tensor truth = real.video(real.clips().get(prompt.index()), 0, frames);
                    Tensor truthFeatures = gallery.frames(prompt.index());
                    same.add(truthFeatures, prompt.name(), prompt.base(), MotionEnergy.of(truth));
                    still.add(ClipFeatures.still(truthFeatures), prompt.name(), prompt.base(), 0);
                    if (codec != null) {
                        Tensor decoded = codec.decode(codec.encode(truth.unsqueeze(0).to(network.device()))).squeeze(0).to(DType.F32);
                        back.add(ClipFeatures.ofFrames(network, decoded, stride), prompt.name(), prompt.base(), MotionEnergy.of(decoded));
                    }
                    if (generator != null) {
                        Tensor clip = checked(generator.generate(prompt, each.size()));
                        double motion = MotionEnergy.of(clip);
                        var place = made.add(ClipFeatures.ofFrames(network, clip, stride), prompt.name(), prompt.base(), motion);
                        if (fvd != null) {
                            fvd.add(clip, truth);
                        }
                        each.add(new EvaluationReport.PromptResult(prompt.text(), prompt.name(), place.rank(), place.nearest(), motion, place.margin()));
                    }
                }
                progress.update(++scored, prompts.size(), "prompts scored");
            }
            double realMotion = same.motionEnergy();
            Set<String> names = new TreeSet<>(gallery.names());
            Chance chance = chance(gallery.names(), prompts.stream().map(EvalPrompt::name).toList());
            Chance folded = chance(gallery.bases(), prompts.stream().map(EvalPrompt::base).toList());
            return new EvaluationReport(NsfwjsWeights.ID, real.store().info().digest(), real.split().name(), prompts.size(),
                    gallery.names().size(), names.size(), frames, stride, chance.first, chance.five, folded.first, folded.five,
                    generator == null ? null : made.scores(realMotion, fvd == null ? null : fvd.generated()),
                    codec == null ? null : back.scores(realMotion, null),
                    still.scores(realMotion, fvd == null ? null : fvd.still()),
                    same.scores(realMotion, fvd == null ? null : fvd.reference()),
                    fvd == null ? null : fvd.protocol(), each);
        }
    }

    /** Shares of prompts that a random order of the real clips gets right: in the first place, and among the first five. */
    private record Chance(double first, double five) {}

    /** @param real names of the real clips @param wanted names of the prompts */
    private static Chance chance(List<String> real, List<String> wanted) {
        int all = real.size();
        double first = 0;
        double five = 0;
        for (String name : wanted) {
            int right = Collections.frequency(real, name);
            first += (double) right / all;
            double none = 1; // of the first five is right
            for (int i = 0; i < Math.min(ScoreAccumulator.NEAREST, all); i++) {
                none *= (double) Math.max(0, all - right - i) / (all - i);
            }
            five += 1 - none;
        }
        return new Chance(first / wanted.size(), five / wanted.size());
    }

    private Tensor checked(Tensor clip) {
        if (clip.dim() != 4 || clip.size(0) != 3 || clip.size(1) != frames) {
            throw new ShapeException("generated clip", "[3, " + frames + ", H, W]", clip.shape());
        }
        return clip;
    }
}
