package org.praxino.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.diffusion.StudentPlan;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.io.WeightFile;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.Horizon;
import org.praxino.stream.StudentFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.UserException;
import org.praxino.text.OnDemandTextEncoder;
import org.praxino.text.TextEncoder;
import org.praxino.text.TextEncoders;
import org.praxino.train.RunFolder;
import org.praxino.train.data.ClipStore;
import org.praxino.walt.ProcessConfig;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanPrompts;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanPart;

/** A Wan 2.1 folder, with or without a student. Teacher trajectories and guidance follow CausVid. */
record WanBaseModel(WanFolder folder) implements BaseModel {
    private static final String STUDENT = "student.safetensors";

    /** Files that a model folder shares with its source. */
    private static final List<String> SHARED = List.of("transformer", "vae", "text_encoder", "tokenizer", "google");

    @Override
    public String hash() {
        return folder.fingerprint(WanPart.TRANSFORMER, WanPart.VAE);
    }

    @Override
    public String tokenizerHash() {
        return folder.fingerprint(WanPart.VAE);
    }

    @Override
    public ProcessConfig process() {
        return new ProcessConfig(ProcessConfig.Family.FLOW, 8, 50, 6);
    }

    @Override
    public BlockRollout.Plan plan(StudentPlan student) {
        if (student.firstLevels() != null) {
            throw new ConfigException("firstLevels=" + student.firstLevels() + " is not supported for students of Wan: leave it out");
        }
        return file(student).plan();
    }

    private static StudentFile file(StudentPlan student) {
        return new StudentFile(recipe(student.levels()), horizon(student.block(), student.sink(), student.window()));
    }

    private static Horizon horizon(int block, int sink, int window) {
        return new Horizon(block, sink, window, false);
    }

    /** The published steps that these are. */
    private static WanRecipe recipe(List<Double> levels) {
        return causal().filter(r -> r.levels().size() == levels.size()
                        && IntStream.range(0, levels.size()).allMatch(i -> Math.abs(r.levels().get(i) - levels.get(i)) < 0.1))
                .findFirst()
                .orElseThrow(() -> new ConfigException("levels=" + levels + " are not those of a student of Wan: they can be "
                        + causal().map(r -> r + " " + r.levels().stream().map(l -> Math.round(l * 10) / 10.0).toList())
                                .collect(Collectors.joining(", "))));
    }

    private static Stream<WanRecipe> causal() {
        return Stream.of(WanRecipe.values()).filter(r -> r.isCausal() && r.lead() == 0);
    }

    @Override
    public BlockRollout.Plan plan() {
        if (folder.student() == null) {
            throw new UserException("There is no student in " + folder.path()
                    + ": praxino train ode makes one, and published ones are model.pt files.");
        }
        StudentFile own = StudentFile.read(folder);
        return own != null ? own.plan() : new StudentFile(folder.recipe(), horizon(3, 0, Horizon.TRAINED - 3)).plan();
    }

    @Override
    public double matchingLevel(BlockRollout.Plan plan, double level) {
        return 1000 * plan.process().schedule().sigma(level);
    }

    private TrainableDenoiser network(WeightFile opened, Device device) {
        try (opened) {
            return new WanTransformer(folder.config(), Params.load(opened, device, DType.F32, folder.path().toString()));
        }
    }

    @Override
    public TrainableDenoiser teacher(Device device) {
        return network(folder.teacherWeights(), device);
    }

    @Override
    public TrainableDenoiser student(Device device) {
        plan();
        return network(folder.weights(WanPart.TRANSFORMER), device);
    }

    @Override
    public TrainableDenoiser withoutWeights() {
        return new WanTransformer(folder.config(), Params.counting());
    }

    @Override
    public VideoCodec codec(Device device) {
        WanVaeConfig config = folder.vaeConfig();
        try (var weights = folder.weights(WanPart.VAE)) {
            return new WanVae(config, Params.load(weights, device, device.fastDType(), folder.path().toString()));
        }
    }

    /** Captions are encoded before anything else is loaded; the caller closes it afterwards. */
    @Override
    public TextEncoder textEncoder(Device device) {
        DType dtype = device.fastDType();
        return new OnDemandTextEncoder(
                () -> {
                    try (var weights = folder.weights(WanPart.TEXT)) {
                        return TextEncoders.open(
                                folder.path(), folder.tokenizer(), folder.textConfig(), weights, device, dtype, TextEncoders.WAN_TOKENS);
                    }
                },
                "umt5@" + folder.fingerprint(WanPart.TEXT).substring(0, 12) + "/" + dtype, folder.textConfig().width(),
                        TextEncoders.WAN_TOKENS, true);
    }

    @Override
    public String textCacheFolder() {
        return "text-umt5";
    }

    @Override
    public @Nullable String negative() {
        return WanPrompts.NEGATIVE;
    }

    @Override
    public long[] latentShape(int frames, Path data) {
        int factor = folder.has(WanPart.VAE) ? folder.vaeConfig().spaceFactor() : WanVaeConfig.WAN_2_1.spaceFactor();
        int height = 480;
        int width = 832;
        if (Files.isDirectory(data)) {
            try (var store = ClipStore.open(data)) {
                height = store.info().height();
                width = store.info().width();
            } catch (IOException e) {
                throw FileErrors.reading(data, e);
            }
        }
        return new long[] {folder.config().outChannels(), frames, height / factor, width / factor};
    }

    @Override
    public long[] activationBytesPerToken() {
        WanConfig c = folder.config();
        return new long[] {4L * (40L * c.dim() + 4L * c.ffn()), 4L * c.dim()};
    }

    @Override
    public int[] patchAndLayers() {
        WanConfig c = folder.config();
        return new int[] {c.patchHeight() * c.patchWidth(), c.layers()};
    }

    /** The student's weights in a file of its own; what it shares with the model it was made from is linked and not copied. */
    @Override
    public void export(RunFolder run, BlockRollout.Plan plan, Object training, String dataDigest, long samples, List<String> parents) {
        var saved = run.latest().orElseThrow(() -> new UserException(run.path() + " holds no checkpoint yet."));
        Path to = run.path().resolve("model");
        try (var weights = saved.ema()) {
            Files.createDirectories(to);
            Provenance provenance = Provenance.now(training, dataDigest, samples, parents);
            SafetensorsWriter.to(to.resolve(STUDENT)).cast(DType.BF16).metadata(Map.of("praxino.provenance", Json.line(provenance))).write(weights);
            file(plan.student()).write(to);
            Path config = folder.configFile();
            if (config != null) {
                Files.copy(config, to.resolve("config.json"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            for (Path part : componentFolders()) {
                Path link = to.resolve(part.getFileName());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, part.toRealPath());
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new UserException("Cannot write " + to + ", which links to the other parts of " + folder.path() + ": " + e.getMessage() + ".", e);
        }
    }

    /** Everything but students: in the folder itself, or where the VAE and the text encoder were found. */
    private List<Path> componentFolders() throws IOException {
        var folders = Stream.of(folder.teacher(), folder.file(WanPart.VAE), folder.file(WanPart.TEXT), folder.tokenizer())
                .filter(p -> p != null).map(p -> p.toAbsolutePath().getParent())
                .map(p -> p.endsWith("google") ? p.getParent() : p).distinct().toList();
        var all = new java.util.LinkedHashMap<String, Path>();
        for (Path here : folders) {
            try (Stream<Path> list = Files.list(here)) {
                list.filter(p -> {
                    String name = p.getFileName().toString();
                    return SHARED.contains(name) || name.startsWith("diffusion_pytorch_model") || name.startsWith("Wan2.1_VAE")
                            || name.startsWith("models_t5");
                }).sorted().forEach(p -> all.putIfAbsent(p.getFileName().toString(), p));
            }
        }
        return List.copyOf(all.values());
    }
}
