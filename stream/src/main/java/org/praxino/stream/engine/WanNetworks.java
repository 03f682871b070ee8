package org.praxino.stream.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Denoiser;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.model.WeightFormats;
import org.praxino.io.pull.PullRecord;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.Horizon;
import org.praxino.stream.ModelOptions;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.StudentFile;
import org.praxino.stream.timeline.Size;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.CachedTextEncoder;
import org.praxino.text.OnDemandTextEncoder;
import org.praxino.text.TextEncoders;
import org.praxino.wan.Tiling;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanFlops;
import org.praxino.wan.WanImage;
import org.praxino.wan.WanImageEncoder;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;
import org.praxino.wan.folder.Offload;
import org.praxino.wan.folder.PartCheck;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanMemory;
import org.praxino.wan.folder.WanPart;
import org.praxino.wan.folder.WanTask;

/**
 * The networks of Wan 2.1 or of a causal student of it. Opening reads names and shapes and estimates memory; each network is loaded on
 * first use.
 */
final class WanNetworks implements Networks {
    /** Number of cached prompts, up to 4 MB each. */
    private static final int PROMPTS = 64;

    /** Extra checkpoints for blocks that have not been played. */
    private static final int UNPLAYED = 4;

    private static final int FPS = 16;
    private static final Size DEFAULT_SIZE = new Size(832, 480);

    private final WanFolder folder;
    private final ModelOptions options;
    private final WanConfig config;
    private final WanVaeConfig vaeConfig;
    private final WanRecipe recipe;
    private final Horizon horizon;
    private final ModelInfo info;
    private final OnDemandTextEncoder encoder;
    private final CachedTextEncoder text;
    private @Nullable WanTransformer transformer;
    private @Nullable WanVae codec;
    private WanMemory.Need fitted = new WanMemory.Need(0, 0);

    private WanNetworks(WanFolder folder, ModelOptions options, WanConfig config, WanVaeConfig vaeConfig, WanRecipe recipe, ModelInfo info) {
        this.folder = folder;
        this.options = options;
        this.config = config;
        this.vaeConfig = vaeConfig;
        this.recipe = recipe;
        this.horizon = horizon(folder, options, recipe);
        this.info = info;
        this.encoder = new OnDemandTextEncoder(
                this::openText, "umt5/" + info.hash().substring(0, 12) + "/" + textDType(), config.textDim(), TextEncoders.WAN_TOKENS,
                recipe.isCausal() && options.keepTextEncoder());
        this.text = new CachedTextEncoder(encoder, PROMPTS);
    }

    /** @throws UserException if a component is missing, components are incompatible, or memory is insufficient */
    static WanNetworks open(WanFolder folder, ModelOptions options) {
        for (WanPart part : WanPart.values()) {
            folder.file(part);
        }
        folder.tokenizer();
        WanConfig config = folder.config();
        WanVaeConfig vae = folder.vaeConfig();
        List<PartCheck> checks = Stream.of(WanPart.values()).map(folder::check).toList(); // what cannot be read is reported first
        int width = folder.textConfig().width();
        if (config.textDim() != width || config.outChannels() != vae.latentChannels()) {
            throw new UserException("the parts of " + folder.path() + " do not fit together: the transformer takes text states of " + config.textDim()
                    + " numbers and latents of " + config.outChannels() + " channels, the text encoder gives " + width + " and the VAE "
                    + vae.latentChannels());
        }
        if (config.imageTokens() > 0) {
            throw new UserException(folder.path() + " is a model that leads from a first picture to a last one, which cannot be given yet: take one"
                    + " that begins with a picture (image to video)");
        }
        int further = config.inChannels() - config.outChannels();
        if (config.imageDim() > 0 && further == config.outChannels() + vae.timeFactor()) {
            folder.pictures();
        } else if (config.imageDim() > 0 || further > 0) {
            throw new UserException(folder.path() + " takes inputs that are not known here, " + further + " channels beside the latent's "
                    + config.outChannels() + ": take a text-to-video model, or Wan's own image-to-video models, which take "
                    + (config.outChannels() + vae.timeFactor()));
        }
        checks.forEach(PartCheck::require);
        StudentFile own = StudentFile.read(folder);
        WanRecipe recipe = options.recipe() != null ? options.recipe() : own != null ? own.recipe() : folder.recipe();
        if (recipe.isCausal() && config.imageDim() > 0) {
            throw new UserException(folder.path() + " is an image-to-video model, of which no causal students are known: take --recipe wan");
        }
        Size size = options.size() == null ? DEFAULT_SIZE : options.size();
        int multiple = vae.spaceFactor() * Math.max(config.patchHeight(), config.patchWidth());
        if (size.width() % multiple != 0 || size.height() % multiple != 0) {
            throw new UserException(size + " is not possible: width and height must be multiples of " + multiple);
        }
        var networks = new WanNetworks(folder, options, config, vae, recipe, describe(folder, options, recipe, size));
        if (recipe.isCausal()) {
            networks.check(networks.stream());
        }
        return networks;
    }

    private static Horizon horizon(WanFolder folder, ModelOptions options, WanRecipe recipe) {
        StudentFile own = StudentFile.read(folder);
        Horizon usual = own != null && own.recipe() == recipe ? own.horizon() : Horizon.of(recipe);
        Horizon chosen = options.horizon() == null ? usual : options.horizon().applyTo(usual);
        if (recipe.lead() > 0 && chosen.overlapping()) {
            throw new UserException("recipe " + recipe
                    + " makes one roll-out without end and no overlapping ones: its first block is a picture alone");
        }
        return chosen;
    }

    private static ModelInfo describe(WanFolder folder, ModelOptions options, WanRecipe recipe, Size size) {
        Path path = folder.path().toAbsolutePath().normalize();
        String name = path.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        List<String> licences = PullRecord.of(folder.path()).licences();
        Horizon horizon = horizon(folder, options, recipe);
        return new ModelInfo(
                ModelInfo.FORMAT, name.isEmpty() ? "wan" : name.substring(0, Math.min(100, name.length())), "wan",
                new ModelInfo.ClipSize(size.width(), size.height(), 81, FPS), recipe.isCausal() ? horizon.block() : null,
                licences.isEmpty() ? "not in the folder: look it up where the weights came from" : String.join(", ", licences),
                Provenance.now(Map.of("recipe", recipe.toString()), null, 0, List.of()), List.of(),
                        folder.fingerprint(WanPart.TRANSFORMER, WanPart.VAE));
    }

    /**
     * Rejects a task that does not fit in memory; loaded weights count as free. A task that needs no more than an earlier one always fits,
     * because memory cached by the library does not look free.
     */
    void check(WanTask task) {
        WanMemory memory = WanMemory.of(folder);
        WanMemory.Need need = memory.need(task, options.offload());
        if (need.device() <= fitted.device() && need.host() <= fitted.host()) {
            return;
        }
        long device = 0;
        long host = 0;
        for (@Nullable Params params : new Params[] {transformer == null ? null : transformer.params(), codec == null ? null : codec.params()}) {
            if (params != null) {
                long bytes = params.count() * params.dtype().bytes();
                device += params.device().isCuda() ? bytes : 0;
                host += params.device().isCuda() ? 0 : bytes;
            }
        }
        memory.check(task, options.offload(), options.device(), new WanMemory.Need(device, host));
        fitted = need;
    }

    WanConfig config() {
        return config;
    }

    ModelOptions options() {
        return options;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public Device device() {
        return options.device();
    }

    @Override
    public DType dtype() {
        return options.dtype();
    }

    // ------------------------------------------------------------------ text

    private Device textDevice() {
        return options.offload().contains(Offload.TEXT) ? Device.CPU : options.device();
    }

    DType textDType() {
        return dtypeOn(textDevice());
    }

    /** The dtype of an offloaded network. */
    private DType dtypeOn(Device device) {
        return device.equals(options.device()) ? options.dtype() : device.fastDType();
    }

    private org.praxino.text.TextEncoder openText() {
        try (var weights = folder.weights(WanPart.TEXT)) {
            return TextEncoders.open(
                    folder.path(), folder.tokenizer(), folder.textConfig(), weights, textDevice(), textDType(), TextEncoders.WAN_TOKENS);
        }
    }

    @Override
    public CachedTextEncoder text() {
        return text;
    }

    // ------------------------------------------------------------------ pictures

    @Override
    public WanVae codec() {
        WanVae there = codec;
        if (there == null) {
            Device device = options.offload().contains(Offload.VAE) ? Device.CPU : options.device();
            try (var weights = folder.weights(WanPart.VAE)) {
                there = new WanVae(
                        vaeConfig, Params.load(weights, device, dtypeOn(device), folder.file(WanPart.VAE).toString()),
                        options.offload().contains(Offload.TILES) ? Tiling.USUAL : null);
            }
            codec = there;
        }
        return there;
    }

    /** Available before the VAE is loaded. */
    WanVaeConfig vaeConfig() {
        return vaeConfig;
    }

    @Override
    public boolean requiresFirstFrame() {
        return takesImage() || recipe.lead() > 0;
    }

    /** Whether this is an image-to-video model. */
    boolean takesImage() {
        return config.imageDim() > 0;
    }

    /** Encodes an image as the transformer's condition. The image encoder is loaded only for this. @param picture [1, 3, 1, H, W] */
    WanImage encodeImage(Tensor picture, int frames) {
        Path file = folder.pictures();
        try (var scope = Scope.open("picture")) {
            Tensor states;
            try (var weights = WeightFormats.open(file);
                    var pictures = WanImageEncoder.load(weights, textDevice(), textDType(), file.toString())) {
                states = pictures.encode(picture.squeeze(2)).to(device()).to(dtype());
            }
            WanImage seen = WanImage.of(codec(), picture.to(codec().params().device()), null, frames, states);
            return new WanImage(scope.keep(seen.channels().to(device())), scope.keep(states));
        }
    }

    // ------------------------------------------------------------------ the transformer

    WanTransformer transformer() {
        WanTransformer there = transformer;
        if (there == null) {
            String what = folder.file(WanPart.TRANSFORMER).toString();
            try (var weights = folder.weights(WanPart.TRANSFORMER)) {
                Params here = Params.load(weights, options.device(), options.dtype(), what);
                there = options.offload().contains(Offload.BLOCKS)
                        ? new WanTransformer(config, here, Params.load(weights, Device.CPU, options.dtype(), what))
                        : new WanTransformer(config, here);
            }
            transformer = there;
        }
        return there;
    }

    @Override
    public boolean canStream() {
        return recipe.isCausal();
    }

    @Override
    public BlockRollout.Plan plan() {
        if (!recipe.isCausal()) {
            throw new UserException("model " + info.name() + " is bidirectional: it makes whole clips (generate) and does not stream; causal students"
                    + " of it do, such as CausVid and Self-Forcing");
        }
        return new StudentFile(recipe, horizon).plan();
    }

    @Override
    public int blocksPerRollout() {
        return horizon.blocksPerRollout();
    }

    /** A checkpoint is gigabytes: together they may use a quarter of the free memory, and fewer than four are useless. */
    @Override
    public int checkpointCount(int wanted, long bytes) {
        long free = Backend.availableBytes(options.device());
        long fit = free / 4 / Math.max(1, bytes) - UNPLAYED;
        return fit < 4 ? 0 : (int) Math.min(wanted, fit);
    }

    /** @throws UserException if the cache of another stream does not fit */
    @Override
    public BlockRollout rollout() {
        long bytes = WanMemory.of(folder).cacheBytes(stream());
        long free = Backend.availableBytes(options.device());
        if (bytes > free) {
            throw new UserException("one more stream of model " + info.name() + " takes " + WanMemory.gigabytes(bytes) + " for its cache, where "
                    + WanMemory.gigabytes(free) + " are free: end another one, or take a smaller size or --window");
        }
        return Networks.super.rollout();
    }

    private WanTask stream() {
        var size = info.size();
        return new WanTask(WanTask.Kind.STREAM, size.width(), size.height(), 1 + (horizon.latentFrames() - 1) * vaeConfig.timeFactor(), false,
                options.dtype(), textDType());
    }

    @Override
    public Denoiser student() {
        return transformer();
    }

    @Override
    public ClipGenerator teacher() {
        if (recipe.isCausal()) {
            throw new UserException("model " + info.name() + " is a causal student alone: open the folder of Wan 2.1 for its teacher");
        }
        return new WanClipGenerator(this);
    }

    // ------------------------------------------------------------------ cost

    private int tokens() {
        int f = vaeConfig.spaceFactor();
        return info.size().height() / (f * config.patchHeight()) * (info.size().width() / (f * config.patchWidth()));
    }

    @Override
    public double stepFlops(ResolvedRequest request) {
        int frames = 1 + (request.frames() - 1) / vaeConfig.timeFactor();
        return WanFlops.forward(config, request.guidance() == 1 ? 1 : 2, frames, 0, tokens(), true);
    }

    @Override
    public double decodeFlops(ResolvedRequest request) {
        int f = vaeConfig.spaceFactor();
        int frames = 1 + (request.frames() - 1) / vaeConfig.timeFactor();
        return frames * WanFlops.decode(vaeConfig, info.size().height() / f, info.size().width() / f);
    }

    @Override
    public double blockFlops(String prompt) {
        return (plan().levels().size() + 1) * WanFlops.forward(config, 1, horizon.block(), horizon.sink() + horizon.window(), tokens(), false);
    }

    @Override
    public void close() {
        if (transformer != null) {
            transformer.close();
        }
        if (codec != null) {
            codec.close();
        }
        text.close();
    }
}
