package org.praxino.stream;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.StudentPlan;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.StudentConfig;

/**
 * The one loop that generates latent frames block by block, for serving and for training on a network's own output (CausVid, arXiv
 * 2412.07772, algorithm 2; Self-Forcing, arXiv 2506.08009, section 3.2). Each block starts from noise; at each level the clean block is
 * predicted from all that is still held and noised again; then one more pass over the clean block keeps its keys and values.
 *
 * <p>Used from one thread. Same seed, same conditions, same blocks. Batch B, channels C, block length b.
 */
public final class BlockRollout implements AutoCloseable {
    /**
     * A student's plan on a process.
     *
     * @param process schedule and prediction
     * @param student levels, block length b and attention window
     * @param firstBlock latent frames of the first block, which is given and not generated; 0 where all blocks are alike
     */
    public record Plan(Process process, StudentPlan student, int firstBlock) {
        /** Of blocks that are all alike. */
        public Plan(Process process, StudentPlan student) {
            this(process, student, 0);
        }

        /** Latent frames of the block that begins with frame {@code first}. */
        public int length(int first) {
            return first == 0 && firstBlock > 0 ? firstBlock : student.block();
        }

        public int block() {
            return student.block();
        }

        public List<Double> levels() {
            return student.levels();
        }

        public static Plan of(StudentConfig config) {
            return new Plan(config.process().process(), config.plan());
        }
    }

    /** [B, C, ., H, W] of the latent. */
    public record LatentSize(int batch, int channels, int height, int width) {}

    /** Noise that depends on the position in the stream alone. */
    @FunctionalInterface
    public interface Noise {
        /** Standard normal. @param step 0 for the block's start, then the step before which it is mixed in */
        Tensor draw(long block, int step, long... shape);

        static Noise seeded(long seed) {
            return (block, step, shape) -> RandomStream.of(seed, "block noise", block, step).normal(shape);
        }
    }

    /**
     * A block that is not begun from noise alone: video to video.
     *
     * @param latents what it should resemble, clean, [B, C, b, H, W]
     * @param step which step begins, 0 for the noisiest; later ones stay closer
     */
    public record Start(Tensor latents, int step) {}

    /** A generated block. */
    private record CleanBlock(int frame, Tensor clean) {}

    private final Denoiser network;
    private final Plan plan;
    private final LatentSize size;
    private final Device device;
    private final KvCache cache;
    private final Deque<CleanBlock> cleanBlocks = new ArrayDeque<>();

    /** @param network stays the caller's */
    public BlockRollout(Denoiser network, Plan plan, LatentSize size, Device device) {
        this(network, plan, size, device, network.openCache(size.batch, size.height, size.width, plan.student.sink(), plan.student.window()));
    }

    private BlockRollout(Denoiser network, Plan plan, LatentSize size, Device device, KvCache cache) {
        this.network = network;
        this.plan = plan;
        this.size = size;
        this.device = device;
        this.cache = cache;
    }

    public Plan plan() {
        return plan;
    }

    public LatentSize size() {
        return size;
    }

    /** Latent frames generated so far. */
    public int frame() {
        return cache.next();
    }

    /** Blocks generated so far. */
    public int block() {
        int next = cache.next();
        return plan.firstBlock == 0 ? next / plan.block() : next == 0 ? 0 : 1 + (next - plan.firstBlock) / plan.block();
    }

    /** Levels of the steps that the next block takes. */
    public List<Double> levels() {
        return plan.student.levels(cache.next() == 0);
    }

    /** Bytes of keys and values; does not change. */
    public long cacheBytes() {
        return cache.bytes();
    }

    /** The next block, in the caller's scope: [B, C, b, H, W]. @param condition as {@link #BlockRollout the network} has prepared it */
    public Tensor next(Conditioned condition, Noise noise) {
        return next(condition, noise, null);
    }

    /** As {@link #next(Conditioned, Noise)}, begun from {@code start}. */
    public Tensor next(Conditioned condition, Noise noise, @Nullable Start start) {
        return next(condition, noise, start, clean -> {});
    }

    /** As {@link #next(Conditioned, Noise, Start)}. @param early is shown the block before the pass that caches it, so that it can be decoded meanwhile */
    public Tensor next(Conditioned condition, Noise noise, @Nullable Start start, Consumer<Tensor> onClean) {
        try (var guard = Grad.off()) {
            return make(condition, noise, start, levels().size() - 1, onClean);
        }
    }

    /**
     * The next block for training: all steps up to {@code exit}, of which only the last has a gradient; what later blocks see of it has
     * none (Self-Forcing, section 3.3).
     *
     * @param exit number of the last step, from 0, among {@link #levels}
     */
    public Tensor nextForTraining(Conditioned condition, Noise noise, int exit) {
        return make(condition, noise, null, exit, clean -> {});
    }

    private Tensor make(Conditioned condition, Noise noise, @Nullable Start start, int exit, Consumer<Tensor> onClean) {
        int first = start == null ? 0 : start.step;
        List<Double> levels = levels();
        if (first < 0 || first > exit || exit >= levels.size()) {
            throw new UserException("steps " + first + " to " + exit + " are not among the " + levels.size() + " of this model");
        }
        if (plan.firstBlock > 0 && cache.next() == 0) {
            throw new UserException("this student begins with a picture: give it one");
        }
        long[] shape = shape(plan.block());
        long block = block();
        try (var scope = Scope.open("block")) {
            Tensor x = noise.draw(block, 0, shape).to(device);
            if (start != null) {
                check(start.latents, cache.next());
                x = plan.process.noisy(start.latents, x, levels(levels.get(first)));
            }
            Tensor clean = null;
            for (int step = first; step <= exit; step++) {
                double level = levels.get(step);
                if (step > first) {
                    x = plan.process.noisy(Objects.requireNonNull(clean), noise.draw(block, step, shape).to(device), levels(level));
                }
                if (step == exit) {
                    clean = clean(x, level, condition);
                } else {
                    try (var guard = Grad.off()) {
                        clean = clean(x, level, condition);
                    }
                }
            }
            Tensor result = Objects.requireNonNull(clean);
            onClean.accept(result);
            cacheBlock(result.detach(), condition);
            return scope.keep(result);
        }
    }

    private Tensor clean(Tensor x, double level, Conditioned condition) {
        Tensor predicted = network.predict(input(x, level, condition), condition, new AttentionPolicy.Cached(cache, false));
        return plan.process.x0(predicted, x, levels(level));
    }

    private DenoiserInput input(Tensor x, double level, Conditioned condition) {
        return DenoiserInput.clips(x, Levels.all(level, size.batch, (int) x.size(2)), condition.condition()).withFirstFrame(cache.next());
    }

    /** Takes {@code clean} [B, C, b, H, W] for the next block instead of making one: a first picture, a given past. */
    public void accept(Tensor clean, Conditioned condition) {
        check(clean, cache.next());
        cacheBlock(clean.detach(), condition);
    }

    private void cacheBlock(Tensor clean, Conditioned condition) {
        int frame = cache.next();
        cleanPass(clean, condition);
        try (var scope = Scope.open("keep")) {
            cleanBlocks.add(new CleanBlock(frame, clean.copy().own()));
        }
        var visible = IntStream.of(cache.frames()).boxed().collect(Collectors.toSet());
        cleanBlocks.removeIf(made -> {
            boolean gone = IntStream.range(made.frame, made.frame + plan.length(made.frame)).noneMatch(visible::contains);
            if (gone) {
                made.clean.close();
            }
            return gone;
        });
    }

    private void cleanPass(Tensor clean, Conditioned condition) {
        try (var guard = Grad.off();
                var scope = Scope.open("clean pass")) {
            network.writeCache(input(clean, 0, condition), condition, cache);
        }
    }

    /**
     * Sees all that is held under another condition: after a change of prompt the past no longer argues for the old one (LongLive, arXiv
     * 2509.22622, section 3.2). Costs one pass for each block that is held.
     */
    public void recache(Conditioned condition) {
        int next = cache.next();
        cache.clear(0);
        for (CleanBlock made : cleanBlocks) {
            cache.skipTo(made.frame);
            cleanPass(made.clean, condition);
        }
        cache.skipTo(next);
    }

    /** The same past in memory of its own: what one makes does not touch the other. */
    public BlockRollout copy() {
        var other = new BlockRollout(network, plan, size, device, cache.copy());
        for (CleanBlock made : cleanBlocks) {
            try (var scope = Scope.open("copy")) {
                other.cleanBlocks.add(new CleanBlock(made.frame, made.clean.copy().own()));
            }
        }
        return other;
    }

    /** Everything that the next block depends on, by name; valid until the next block. */
    public Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        cache.state().forEach((name, t) -> state.put("cache." + name, t));
        cleanBlocks.forEach(made -> state.put("clean." + made.frame, made.clean));
        return state;
    }

    /** Goes on from {@link #state}, bit-equal. @throws UserException when it is that of another model or size; then nothing has changed */
    public void restore(Map<String, Tensor> state) {
        var blocks = new ArrayDeque<CleanBlock>();
        var cached = new LinkedHashMap<String, Tensor>();
        state.forEach((name, t) -> {
            if (name.startsWith("cache.")) {
                cached.put(name.substring("cache.".length()), t);
            } else if (name.startsWith("clean.")) {
                int frame = Integer.parseInt(name.substring("clean.".length()));
                check(t, frame);
                blocks.add(new CleanBlock(frame, t));
            }
        });
        cache.restore(cached);
        cleanBlocks.forEach(made -> made.clean.close());
        cleanBlocks.clear();
        blocks.stream().sorted(java.util.Comparator.comparingInt(CleanBlock::frame)).forEach(made -> {
            try (var scope = Scope.open("restore")) {
                cleanBlocks.add(new CleanBlock(made.frame, made.clean.to(device).copy().own()));
            }
        });
    }

    private void check(Tensor block, int frame) {
        long[] wanted = shape(plan.length(frame));
        if (!Arrays.equals(block.shape(), wanted)) {
            throw new ShapeException("block of latents", Arrays.toString(wanted), block.shape());
        }
    }

    private long[] shape(int frames) {
        return new long[] {size.batch, size.channels, frames, size.height, size.width};
    }

    private Levels levels(double level) {
        return Levels.all(level, size.batch, plan.block());
    }

    @Override
    public void close() {
        cleanBlocks.forEach(made -> made.clean.close());
        cleanBlocks.clear();
        cache.close();
    }
}
