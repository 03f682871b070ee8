package org.praxino.train.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.Sample;
import org.praxino.train.data.compose.AttributePrompts;
import org.praxino.train.data.compose.PromptAttribute;

/**
 * Scores how clips follow prompts that combine a name with a colour, a number, a size, a place, a background or a direction. The attribute
 * is judged by rules on pixels, the name by the nearest plain clips of the figure; the composition that a prompt describes is judged in the
 * same way. The protocol is ours.
 */
public final class FollowingEvaluation {
    private static final int NEAREST = 5;

    /** Makes the clip of a prompt. */
    @FunctionalInterface
    public interface Generator {
        /** @param number of the prompt, from 0 */
        List<Frame> generate(String prompt, int number);
    }

    private final RealClips real;
    private final MobileNetV2 network;
    private final int frames;
    private final int stride;
    private final Path cache;
    private final Progress progress;

    /**
     * @param frames of a clip
     * @param stride every which frame the features look at
     * @param cache folder for the features of the real clips
     */
    public FollowingEvaluation(RealClips real, MobileNetV2 network, int frames, int stride, Path cache, Progress progress) {
        this.real = real;
        this.network = network;
        this.frames = frames;
        this.stride = stride;
        this.cache = cache;
        this.progress = progress;
    }

    /** Draws prompts and scores what {@code generator} makes of them. */
    public FollowingReport run(int count, long seed, Generator generator) {
        List<AttributePrompts.Prompt> prompts =
                AttributePrompts.draw(real.store(), real.split(), count, frames, seed, clip -> Figure.on(plain(clip), AttributeJudge.WHITE).count() == 1);
        try (var guard = Grad.off();
                ReferenceFeatures gallery = ReferenceFeatures.open(real, frames, stride, network, cache, progress)) {
            var results = new ArrayList<FollowingReport.PromptResult>();
            for (AttributePrompts.Prompt prompt : prompts) {
                double plainArea = Figure.on(plain(prompt.clip()), AttributeJudge.WHITE).area();
                List<Frame> clip = generator.generate(prompt.text(), results.size());
                List<Frame> composed = frames(prompt.composed());
                String name = prompt.clip().info().name();
                results.add(new FollowingReport.PromptResult(prompt.text(), name, prompt.attribute().kind(),
                        AttributeJudge.holds(prompt.attribute(), clip, plainArea), AttributeJudge.holds(prompt.attribute(), composed, plainArea),
                        nameInNearestFive(gallery, clip, prompt), nameInNearestFive(gallery, composed, prompt)));
                progress.update(results.size(), prompts.size(), "prompts followed");
            }
            return report(gallery, prompts, results);
        }
    }

    private FollowingReport report(
            ReferenceFeatures gallery, List<AttributePrompts.Prompt> prompts, List<FollowingReport.PromptResult> results) {
        Map<PromptAttribute.Kind, FollowingReport.Scores> kinds = new EnumMap<>(PromptAttribute.Kind.class);
        for (PromptAttribute.Kind kind : PromptAttribute.Kind.values()) {
            List<FollowingReport.PromptResult> some = results.stream().filter(r -> r.kind() == kind).toList();
            if (!some.isEmpty()) {
                kinds.put(kind, FollowingReport.scores(some, chance(prompts.stream().filter(p -> p.attribute().kind() == kind).toList())));
            }
        }
        return new FollowingReport(real.split().name(), gallery.names().size(), kinds, FollowingReport.scores(results, chance(prompts)), results);
    }

    private static double chance(List<AttributePrompts.Prompt> prompts) {
        return prompts.stream().mapToDouble(p -> p.attribute().chance()).average().orElseThrow();
    }

    /** The first frame of a clip on white. */
    private Frame plain(ClipStore.Clip clip) {
        try (var scope = Scope.open("plain frame")) {
            return VideoTensors.toFrames(real.video(clip, 0, 1)).getFirst();
        }
    }

    private boolean nameInNearestFive(ReferenceFeatures gallery, List<Frame> clip, AttributePrompts.Prompt prompt) {
        List<Frame> looked = IntStream.range(0, ClipFeatures.sampledFrames(clip.size(), stride)).mapToObj(i -> clip.get(i * stride)).toList();
        try (var scope = Scope.open("figure features")) {
            var features = ClipFeatures.ofFrames(network, VideoTensors.toTensor(FigureFraming.framed(looked, prompt.attribute())), 1);
            return IntStream.of(gallery.nearest(ClipFeatures.ofClip(features), NEAREST))
                    .anyMatch(i -> gallery.names().get(i).equals(prompt.clip().info().name()));
        }
    }

    private static List<Frame> frames(Sample sample) {
        int size = sample.height() * sample.width() * 3;
        return IntStream.range(0, sample.frames())
                .mapToObj(t -> new Frame(sample.width(), sample.height(), 3, java.util.Arrays.copyOfRange(sample.rgb(), t * size, (t + 1) * size)))
                .toList();
    }
}
