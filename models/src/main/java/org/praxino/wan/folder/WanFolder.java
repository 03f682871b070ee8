package org.praxino.wan.folder;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileGuess;
import org.praxino.io.RenamedWeights;
import org.praxino.io.Sha256;
import org.praxino.io.WeightFile;
import org.praxino.io.model.HubCache;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelRepository;
import org.praxino.io.model.WeightFormats;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Scope;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;
import org.praxino.text.HubConfig;
import org.praxino.text.T5Config;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanNames;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.WanVaeConfig;

/**
 * A folder with Wan 2.1 or a causal student of it, in Wan's own layout ({@code diffusion_pytorch_model.safetensors}, {@code Wan2.1_VAE.pth},
 * {@code models_t5_umt5-xxl-enc-bf16.pth}, {@code google/umt5-xxl/}), in diffusers' ({@code transformer/}, {@code vae/},
 * {@code text_encoder/}, {@code tokenizer/}), or a student's checkpoint ({@code model.pt}) in or beside one of them. An adapter
 * ({@code lora.pt}) beside the student is added to it when the folder is opened, and not when the checkpoint is named itself. Opening reads
 * names only; parts may be missing until they are asked for.
 */
public final class WanFolder {
    /** How the files are laid out. */
    public enum Layout {
        WAN("Wan's own layout"),
        DIFFUSERS("diffusers' layout");

        private final String label;

        Layout(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** The sampling recipe of the transformer, from its files. */
    public enum Family {
        /** Many steps, bidirectional. */
        WAN("Wan 2.1"),
        /** Few steps, causal; the steps are those of CausVid. */
        CAUSVID("CausVid, a causal student of Wan 2.1"),
        /** Few steps, causal; the steps are those of Self-Forcing and its successors. */
        SELF_FORCING("Self-Forcing or a successor, a causal student of Wan 2.1"),
        /** As Self-Forcing, with a shorter reach. */
        LONGLIVE("LongLive, a causal student of Wan 2.1");

        private final String label;

        Family(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        /** Whether it streams. */
        public boolean isCausal() {
            return this != WAN;
        }
    }

    private static final String CRITIC = "critic";

    private final Path path;
    private final FolderScan finding;
    private final @Nullable Path student;
    private final @Nullable Path adapter;
    private final Map<WanPart, Path> parts = new EnumMap<>(WanPart.class);
    private final @Nullable Path tokenizer;
    private final @Nullable Path configFile;

    private WanFolder(Path path, FolderScan finding, @Nullable Path student, @Nullable Path adapter) {
        this.path = path;
        this.finding = finding;
        this.student = student;
        this.adapter = adapter;
        for (WanPart part : WanPart.values()) {
            @Nullable Path here = part == WanPart.TRANSFORMER && student != null ? student : finding.parts().get(part);
            @Nullable Path found = here != null || part == WanPart.TRANSFORMER ? here : finding.base(part);
            if (found != null) {
                parts.put(part, found);
            }
        }
        this.tokenizer = finding.tokenizer() != null ? finding.tokenizer()
                : finding.siblings().stream().map(FolderScan::tokenizer).filter(t -> t != null).findFirst().orElse(null);
        this.configFile = finding.config();
    }

    /** Whether there is something of Wan at {@code path}, a folder or a student's checkpoint; whole or not. */
    public static boolean isWan(Path named) {
        Path path = HubCache.snapshot(named);
        return FolderScan.any(path) || Files.isRegularFile(path) && WeightFormats.isWeights(path) && StudentCheckpoints.isOne(path);
    }

    /**
     * The folder or checkpoint of Wan that a path or a name on the shelf names, or one of weights that cannot be read, whatever they are:
     * opening it says why. Null when it names none, or a model of another family.
     */
    public static @Nullable Path find(String pathOrName, ModelRepository shelf) {
        try {
            Path path = HubCache.snapshot(Path.of(pathOrName));
            if (!ModelFolder.isModel(path) && (isWan(path) || FolderScan.unreadable(path))) {
                return path;
            }
            boolean name = path.getNameCount() == 1 && !path.isAbsolute() && !pathOrName.isBlank();
            return !name ? null : shelf.roots().stream().map(root -> root.resolve(path))
                    .filter(p -> Files.isDirectory(p) && !ModelFolder.isModel(p) && isWan(p)).findFirst().orElse(null);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /**
     * Finds the parts of a folder, or of a student's checkpoint and the folder it lies in or beside. A folder in the cache of Hugging Face's
     * programs stands for its newest files.
     *
     * @throws UserException when nothing of Wan is there, when two layouts are mixed, or when it is another Wan than 2.1
     */
    public static WanFolder open(Path named) {
        Path path = HubCache.snapshot(named);
        boolean file = Files.isRegularFile(path);
        if (!file && !Files.isDirectory(path)) {
            throw new UserException("There is no model folder " + path + ".");
        }
        @Nullable Path parent = path.toAbsolutePath().getParent();
        Path folder = file && parent != null ? parent : path;
        FolderScan finding = FolderScan.in(folder);
        @Nullable Path student = file ? path : finding.student();
        var opened = new WanFolder(path, finding, student, file ? null : finding.adapter());
        if (student != null) {
            opened.networks(); // says what is wrong with the file before anything is said of what is missing beside it
        }
        if (opened.parts.isEmpty()) {
            throw new UserException(path + " holds no model of Wan 2.1: expected " + WanPart.TRANSFORMER.files() + "; " + WanPart.VAE.files()
                    + "; " + WanPart.TEXT.files() + ".");
        }
        return opened;
    }

    /** As it was opened. */
    public Path path() {
        return path;
    }

    public Layout layout() {
        return finding.diffusers() ? Layout.DIFFUSERS : Layout.WAN;
    }

    /** The student's checkpoint, which replaces the transformer; null when there is none. */
    public @Nullable Path student() {
        return student;
    }

    /** The adapter that is added to the student, or null. */
    public @Nullable Path adapter() {
        return adapter;
    }

    /** The recipe that the names of the student's file and its networks imply. */
    public Family family() {
        if (student == null) {
            return isCausalClass() ? Family.SELF_FORCING : Family.WAN;
        }
        String name = student.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
        if (name.contains("longlive")) {
            return Family.LONGLIVE;
        }
        if (name.contains("forcing")) {
            return Family.SELF_FORCING;
        }
        return networks().contains("generator_ema") ? Family.SELF_FORCING : Family.CAUSVID;
    }

    /** Whether the transformer's {@code config.json} names a class of causal students, as {@code CausalWanTransformer3DModel}. */
    private boolean isCausalClass() {
        try {
            return configFile != null && HubConfig.read(configFile).text("_class_name", "").startsWith("Causal");
        } catch (UserException e) {
            return false; // reading the shape from it says what is wrong
        }
    }

    /** How the transformer is sampled, as far as the files say. */
    public WanRecipe recipe() {
        return switch (family()) {
            case WAN -> WanRecipe.WAN;
            case CAUSVID -> WanRecipe.CAUSVID;
            case SELF_FORCING -> WanRecipe.SELF_FORCING;
            case LONGLIVE -> WanRecipe.LONGLIVE;
        };
    }

    /** The networks inside the student's checkpoint, such as {@code generator} and {@code critic}; empty where it holds one without a name. */
    public Set<String> networks() {
        return student == null ? Set.of() : networksOf(student);
    }

    /** The networks inside a checkpoint; empty where it holds one without a name. */
    public static Set<String> networksOf(Path checkpoint) {
        try (WeightFile weights = WeightFormats.open(checkpoint)) {
            return StudentCheckpoints.networks(weights);
        }
    }

    /**
     * Opens one network of a checkpoint under its own names; the caller closes it.
     *
     * @param name of the network, or null for the one that generates best
     */
    public static WeightFile networkOf(Path checkpoint, @Nullable String name) {
        WeightFile opened = WeightFormats.open(checkpoint);
        try {
            return new UnwrappedWeights(opened, StudentCheckpoints.network(opened, name, checkpoint.toString()));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Whether a part is there. */
    public boolean has(WanPart part) {
        return parts.containsKey(part);
    }

    /** Where a part is: a file, an index or a folder. @throws UserException when it is not there */
    public Path file(WanPart part) {
        @Nullable Path file = parts.get(part);
        if (file == null) {
            throw new UserException("There is no " + part.label() + " in " + path + " or beside it: expected " + part.files()
                    + " (praxino pull fetches published ones)"
                    + (part == WanPart.TRANSFORMER ? FileGuess.instead(finding.folder()) : FileGuess.startsWith(finding.folder())) + ".");
        }
        return file;
    }

    /** Folder with {@code tokenizer.json}. @throws UserException when there is none */
    public Path tokenizer() {
        if (tokenizer == null) {
            throw new UserException("There is no tokenizer in " + path + " or beside it: expected google/umt5-xxl/tokenizer.json, or"
                    + " tokenizer/tokenizer.json in diffusers' layout.");
        }
        return tokenizer;
    }

    public boolean hasTokenizer() {
        return tokenizer != null;
    }

    /** The image encoder of an image-to-video model: a file, or diffusers' folder. @throws UserException when there is none */
    public Path pictures() {
        if (finding.pictures() != null) {
            return finding.pictures();
        }
        if (Files.isDirectory(path.resolve("image_encoder"))) {
            return path.resolve("image_encoder");
        }
        throw new UserException("There is no picture encoder in " + path + ", which holds an image-to-video model: expected " + FolderScan.PICTURES
                + ".pth, or image_encoder/ in diffusers' layout (praxino pull fetches published ones).");
    }

    /** The transformer's {@code config.json}, or null when there is none. */
    public @Nullable Path configFile() {
        return configFile;
    }

    /** Shape of the transformer: from its {@code config.json}, or where there is none from the shapes of its weights. */
    public WanConfig config() {
        if (configFile != null) {
            HubConfig json = HubConfig.read(configFile);
            if (json.json().has("vace_layers")) {
                throw new ConfigException(json.where() + ": this is a VACE model, which takes other inputs; text and image to video models run here");
            }
            return WanConfig.of(json);
        }
        try (WeightFile weights = open(WanPart.TRANSFORMER, null)) {
            return NetworkShapes.config(weights, file(WanPart.TRANSFORMER).toString());
        }
    }

    public WanVaeConfig vaeConfig() {
        Path vae = file(WanPart.VAE);
        return Files.isDirectory(vae)
                ? WanVaeConfig.of(HubConfig.read(vae.resolve("config.json")), WanVaeConfig.WAN_2_1.mean(), WanVaeConfig.WAN_2_1.std())
                : WanVaeConfig.WAN_2_1;
    }

    public T5Config textConfig() {
        Path text = file(WanPart.TEXT);
        return Files.isDirectory(text) ? T5Config.of(HubConfig.read(text.resolve("config.json"))) : T5Config.UMT5_XXL;
    }

    /** The bidirectional transformer, if present beside a student; null when there is none in this folder. */
    public @Nullable Path teacher() {
        return student == null && isCausalClass() ? null : finding.parts().get(WanPart.TRANSFORMER);
    }

    /** Opens the bidirectional transformer's weights; the caller closes them. @throws UserException when there is none in this folder */
    public WeightFile teacherWeights() {
        Path file = teacher();
        if (file == null) {
            throw new UserException("There is no bidirectional transformer in " + path
                    + ": expected diffusion_pytorch_model.safetensors or transformer/.");
        }
        WeightFile opened = WeightFormats.open(file);
        try {
            return new UnwrappedWeights(opened, transformer(opened, null, file));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** A digest of the vectors of all parts that are named: enough to distinguish trainings without reading gigabytes. */
    public String fingerprint(WanPart... of) {
        var all = new ByteArrayOutputStream();
        for (WanPart part : of) {
            try (var scope = Scope.open("fingerprint");
                    var weights = weights(part)) {
                for (String name : new TreeSet<>(weights.names())) {
                    if (weights.shape(name).length == 1) {
                        all.writeBytes(name.getBytes(StandardCharsets.UTF_8));
                        all.writeBytes(weights.read(name).toByteArray());
                    }
                }
                if (weights instanceof LoraWeights adapted) {
                    all.writeBytes(adapted.sample());
                }
            }
        }
        return Sha256.ofBytes(all.toByteArray());
    }

    /** Opens a part's weights under the names its network asks for; the caller closes them. */
    public WeightFile weights(WanPart part) {
        return open(part, null);
    }

    /** As {@link #weights(WanPart)} of the transformer, but a certain network of a student's checkpoint. */
    public WeightFile network(String name) {
        return open(WanPart.TRANSFORMER, name);
    }

    private WeightFile open(WanPart part, @Nullable String network) {
        Path file = file(part);
        WeightFile opened = WeightFormats.open(file);
        try {
            WeightSource names = switch (part) {
                case TRANSFORMER -> transformer(opened, network, file);
                case VAE -> vae(UnwrappedWeights.below(opened, ""));
                case TEXT -> text(UnwrappedWeights.below(opened, ""));
            };
            var clean = new UnwrappedWeights(opened, names);
            return part == WanPart.TRANSFORMER && adapter != null && !CRITIC.equals(network) ? LoraWeights.of(clean, adapter) : clean;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private WeightSource vae(WeightSource plain) {
        boolean diffusers = plain.names().stream().anyMatch(n -> n.startsWith("encoder.conv_in."));
        return diffusers ? WanNames.vae(vaeConfig()).apply(plain) : plain;
    }

    private static WeightSource text(WeightSource plain) {
        boolean own = plain.names().stream().anyMatch(n -> n.startsWith("blocks."));
        return own ? T5Config.WAN_NAMES.apply(plain) : RenamedWeights.merge(plain, "shared.weight", "encoder.embed_tokens.weight");
    }

    private static WeightSource transformer(WeightFile opened, @Nullable String network, Path file) {
        WeightSource plain = StudentCheckpoints.network(opened, network, file.toString());
        boolean diffusers = plain.names().stream().anyMatch(n -> n.startsWith("condition_embedder."));
        return diffusers ? WanNames.TRANSFORMER.apply(plain) : plain;
    }

    /** What a part holds and lacks, from names and shapes alone. */
    public PartCheck check(WanPart part) {
        try (WeightFile weights = weights(part)) {
            Map<String, long[]> expected = switch (part) {
                case TRANSFORMER -> NetworkShapes.of(config());
                case VAE -> NetworkShapes.of(vaeConfig());
                case TEXT -> textConfig().shapes();
            };
            List<String> aside = part == WanPart.TEXT ? List.of("decoder.", "lm_head.weight") : List.of();
            return PartCheck.of(file(part), weights, expected, aside);
        }
    }
}
