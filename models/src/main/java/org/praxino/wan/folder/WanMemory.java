package org.praxino.wan.folder;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Backend;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;
import org.praxino.wan.Tiling;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanVaeConfig;

/**
 * The memory that a task needs, estimated beforehand from shapes. Weights and caches are exact; activations are estimated generously,
 * because the system kills a process that needs more.
 *
 * @param network the transformer
 * @param vae the VAE
 * @param weights numbers in the transformer
 * @param blockWeights numbers in one of its blocks
 * @param vaeWeights numbers in the VAE
 * @param textWeights numbers in the text encoder
 */
public record WanMemory(WanConfig network, WanVaeConfig vae, long weights, long blockWeights, long vaeWeights, long textWeights) {
    /** Copies of the widest layer of the VAE that are alive at once. */
    private static final int ALIVE = 4;

    /** What the text encoder needs on the way for a prompt of 512 tokens. */
    private static final long PROMPT = 512L << 20;

    /** What the program, the driver and the libraries take. */
    private static final long BASE = 1L << 30;

    /** Estimates for the networks of a folder; a text encoder or VAE that is not there counts as the published one. */
    public static WanMemory of(WanFolder folder) {
        return of(folder.config(), folder.has(WanPart.VAE) ? folder.vaeConfig() : WanVaeConfig.WAN_2_1,
                folder.has(WanPart.TEXT) ? folder.textConfig().count() : org.praxino.text.T5Config.UMT5_XXL.count());
    }

    /** @param textWeights numbers in the text encoder */
    public static WanMemory of(WanConfig network, WanVaeConfig vae, long textWeights) {
        Map<String, long[]> shapes = NetworkShapes.of(network);
        long block = shapes.entrySet().stream().filter(e -> e.getKey().startsWith("blocks.0.")).mapToLong(e -> count(e.getValue())).sum();
        return new WanMemory(network, vae, total(shapes), block, total(NetworkShapes.of(vae)), textWeights);
    }

    private static long total(Map<String, long[]> shapes) {
        return shapes.values().stream().mapToLong(WanMemory::count).sum();
    }

    private static long count(long[] shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** Bytes on the device and in the host's memory. */
    public record Need(long device, long host) {}

    /** What a task needs on a GPU. With everything on the CPU, the sum of both is what the host needs. */
    public Need need(WanTask task, Set<Offload> offload) {
        long bytes = task.dtype().bytes();
        long text = textWeights * task.textType().bytes() + PROMPT;
        boolean streamed = offload.contains(Offload.BLOCKS);
        long transformer = (streamed ? weights - (network.layers() - 2L) * blockWeights : weights) * bytes;
        long steps = stepBytes(task);
        long codec = vaeWeights * bytes;
        long decode = decodeBytes(task, offload.contains(Offload.TILES));
        boolean textHere = !offload.contains(Offload.TEXT);
        boolean codecHere = !offload.contains(Offload.VAE);

        long rest = transformer + (codecHere ? codec : 0);
        long device = BASE + switch (task.kind()) {
            case GENERATE -> Math.max(textHere ? text : 0, rest + Math.max(steps, codecHere ? decode : 0));
            case STREAM -> (textHere ? text : 0) + rest + cacheBytes(task) + steps + (codecHere ? decode : 0);
        };
        long host = BASE + (textHere ? 0 : text) + (codecHere ? 0 : codec + decode) + (streamed ? weights * bytes : 0) + frameBytes(task);
        return new Need(device, host);
    }

    /** The KV cache, and a copy of the keys with their rotary embedding. */
    public long cacheBytes(WanTask task) {
        long frames = task.kind() == WanTask.Kind.STREAM ? task.latentFrames() : 0;
        return 3L * network.layers() * frames * tokens(task) * network.dim() * task.dtype().bytes();
    }

    /** The decoder's feature cache: two frames for each of its convolutions in time. */
    public long decoderMemory(WanTask task) {
        long positions = (long) task.width() / vae.spaceFactor() * (task.height() / vae.spaceFactor());
        int top = vae.multiples().size() - 1;
        long sum = positions * (vae.latentChannels() + 4L * width(top));
        for (int level = top; level >= 0; level--) {
            int in = level == top ? width(level) : width(level + 1) / 2;
            long convolutions = in + (2L * (vae.blocks() + 1) - 1) * width(level);
            boolean doublesTime = level > 0 && vae.temporal().get(level - 1);
            sum += positions * (convolutions + (doublesTime ? width(level) : 0) + (level == 0 ? width(0) : 0));
            positions *= 4;
        }
        return 2 * sum * task.dtype().bytes();
    }

    private int width(int level) {
        return vae.dim() * vae.multiples().get(level);
    }

    private long tokens(WanTask task) {
        return (long) task.width() / (vae.spaceFactor() * network.patchWidth()) * (task.height() / (vae.spaceFactor() * network.patchHeight()));
    }

    /** The widest moments of a block, for all tokens of a call, and the text's keys and values. */
    private long stepBytes(WanTask task) {
        long frames = task.kind() == WanTask.Kind.STREAM ? WanTask.BLOCK : task.latentFrames();
        long passes = task.guided() ? 2 : 1;
        long each = task.dtype().bytes() * (8L * network.dim() + 2L * network.ffn()) + 4L * 6 * network.dim();
        long textKeyValues = 2L * network.layers() * network.textLength() * network.dim() * task.dtype().bytes();
        return passes * (frames * tokens(task) * each + textKeyValues);
    }

    private long decodeBytes(WanTask task, boolean tiled) {
        long pixels = (long) task.width() * task.height();
        long cached = decoderMemory(task);
        if (tiled) {
            int f = vae.spaceFactor();
            int side = Tiling.USUAL.tile() * f;
            WanTask tile = task.withSize(Math.min(side, task.width()), Math.min(side, task.height()));
            int wide = task.width() / f;
            int high = task.height() / f;
            cached = switch (task.kind()) {
                case GENERATE -> // one tile after another through the clip: what the layers before tiles give of it, and its frames twice in fp32
                    decoderMemory(tile) + (task.latentFrames() + 24L) * wide * high * width(vae.multiples().size() - 1) * task.dtype().bytes()
                            + 2L * task.frames() * pixels * 3 * 4;
                case STREAM -> // all tiles advance together, and what lies in two is cached twice
                    (long) ((double) cached * Tiling.USUAL.covered(wide) / wide * Tiling.USUAL.covered(high) / high);
            };
            pixels = (long) tile.width() * tile.height();
        }
        return pixels * ALIVE * vae.dim() * (vae.timeFactor() + 2) * task.dtype().bytes() + cached;
    }

    private static long frameBytes(WanTask task) {
        long frames = task.kind() == WanTask.Kind.STREAM ? 64 : task.frames();
        return frames * task.width() * task.height() * 3 * 5; // as floats once, and as bytes
    }

    /**
     * Rejects a task that does not fit into the free memory of device and host, with what would fit.
     *
     * @param held what is loaded already of what the task needs
     */
    public void check(WanTask task, Set<Offload> offload, Device device, Need held) {
        long host = Backend.availableBytes() + held.host;
        if (device.isCuda()) {
            long free = Backend.availableBytes(device);
            check(task, offload, free == Long.MAX_VALUE ? free : free + held.device, host, device.toString());
        } else {
            checkOnCpu(task, offload, host + held.device);
        }
    }

    /**
     * Rejects a task that does not fit, with what would: something elsewhere, a smaller frame, or fewer frames.
     *
     * @param free bytes free on the device
     * @param freeHost bytes free in the host's memory
     * @param device its name
     */
    public void check(WanTask task, Set<Offload> offload, long free, long freeHost, String device) {
        Need need = need(task, offload);
        if (need.device <= free && need.host <= freeHost) {
            return;
        }
        boolean lacksHost = need.device <= free;
        String lack = lacksHost
                ? gigabytes(need.host) + " of the host's memory, where " + gigabytes(freeHost) + " are free"
                : gigabytes(need.device) + " on " + device + ", where " + gigabytes(free) + " are free";
        String remedy = remedies(task, offload, free, freeHost);
        throw new UserException(task + " needs about " + lack + ": " + (remedy.isEmpty() ? "nothing smaller fits either" : "it fits " + remedy) + ".");
    }

    /** As {@link #check(WanTask, Set, long, long, String)} with all of it on the CPU. @param offload of which tiles alone matter */
    public void checkOnCpu(WanTask task, Set<Offload> offload, long free) {
        boolean tiled = offload.contains(Offload.TILES);
        long need = onCpu(task, tiled);
        if (need > free) {
            @Nullable WanTask smaller = smaller(task, t -> onCpu(t, tiled) <= free);
            String tiles = tiled || onCpu(task, true) > free ? "" : "it fits with " + Offload.TILES.label() + " (" + gigabytes(onCpu(task, true)) + "), or ";
            throw new UserException(task + " needs about " + gigabytes(need) + " of memory, where " + gigabytes(free) + " are free: " + tiles
                    + (smaller == null ? nothing(task, free) : "it fits with " + smaller + " (" + gigabytes(onCpu(smaller, tiled)) + ")") + ".");
        }
    }

    private String nothing(WanTask task, long free) {
        long text = textWeights * task.textType().bytes() + PROMPT;
        return BASE + text > free ? "the text encoder alone takes " + gigabytes(text) : "nothing smaller fits either";
    }

    /** Bytes that a task needs with all of it on the CPU. @param tiled whether frames are decoded in tiles */
    public long onCpu(WanTask task, boolean tiled) {
        Need need = need(task, tiled ? Set.of(Offload.TILES) : Set.of());
        return need.device + need.host - BASE;
    }

    private String remedies(WanTask task, Set<Offload> offload, long free, long freeHost) {
        @Nullable Set<Offload> more = moreOffload(task, offload, free, freeHost);
        @Nullable WanTask smaller = smaller(task, t -> fits(t, offload, free, freeHost));
        String first = more == null ? "" : "with " + Offload.labels(more) + " (" + gigabytes(need(task, more).device) + ")";
        String second = smaller == null ? "" : "as " + smaller + " (" + gigabytes(need(smaller, offload).device) + ")";
        return first + (first.isEmpty() || second.isEmpty() ? "" : ", or ") + second;
    }

    /** The cheapest further offload, or null when none suffices. */
    private @Nullable Set<Offload> moreOffload(WanTask task, Set<Offload> offload, long free, long freeHost) {
        List<Set<Offload>> ways = List.of(
                EnumSet.of(Offload.TILES), EnumSet.of(Offload.TEXT), EnumSet.of(Offload.TEXT, Offload.TILES), EnumSet.of(Offload.VAE),
                EnumSet.of(Offload.TEXT, Offload.VAE), EnumSet.of(Offload.TEXT, Offload.BLOCKS), EnumSet.of(Offload.TEXT, Offload.BLOCKS, Offload.TILES),
                EnumSet.allOf(Offload.class));
        for (Set<Offload> way : ways) {
            if (way.containsAll(offload) && !way.equals(offload) && fits(task, way, free, freeHost)) {
                return way;
            }
        }
        return null;
    }

    private boolean fits(WanTask task, Set<Offload> offload, long free, long freeHost) {
        Need need = need(task, offload);
        return need.device <= free && need.host <= freeHost;
    }

    /** The largest frame of about the same proportions that fits, or else the longest clip; null when none does. */
    private static @Nullable WanTask smaller(WanTask task, java.util.function.Predicate<WanTask> fits) {
        for (int width = task.width() - 16; width >= task.width() / 3 && width >= 64; width -= 16) {
            int height = Math.max(16, (int) Math.round((double) task.height() * width / task.width() / 16) * 16);
            if (fits.test(task.withSize(width, height))) {
                return task.withSize(width, height);
            }
        }
        for (int frames = task.frames() - 4; frames >= 1; frames -= 4) {
            if (fits.test(task.withFrames(frames))) {
                return task.withFrames(frames);
            }
        }
        return null;
    }

    /** {@code 8.2 GB}. */
    public static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
