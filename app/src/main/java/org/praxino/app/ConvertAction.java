package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.WeightFile;
import org.praxino.io.model.Provenance;
import org.praxino.io.model.WeightFormats;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.ForwardingWeights;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanPart;
import tools.jackson.databind.JsonNode;

/** {@code convert}: converts weights of any supported format to safetensors, with provenance. */
final class ConvertAction {
    private final ConvertCommand.Target to;
    private final Progress progress;

    private ConvertAction(ConvertCommand.Target to, Progress progress) {
        this.to = to;
        this.progress = progress;
    }

    /**
     * What is written into the header of a file that was converted.
     *
     * @param sources files that were read, with their checksums
     * @param network which of a checkpoint's networks, or null
     * @param type what numbers are stored as
     */
    record Converted(Map<String, String> sources, @Nullable String network, String type) {}

    static int run(ConvertCommand.Options options, CommandContext context) throws IOException {
        if (Files.exists(options.out())) {
            throw new UserException(options.out() + " exists already: name a file or folder that does not");
        }
        if (!Files.exists(options.source())) {
            throw new UserException("There is no file or folder " + options.source() + ".");
        }
        try (var line = context.console().progress("tensors")) {
            var action = new ConvertAction(options.to(), context.stopping(line));
            if (Files.isDirectory(options.source())) {
                action.folder(WanFolder.open(options.source()), options.out(), options.network());
            } else {
                action.file(options.source(), options.out(), options.network());
            }
        }
        context.console().out().printf(Locale.ROOT, "%s  %.1f MB%n", options.out(), bytes(options.out()) / 1e6);
        return 0;
    }

    private static long bytes(Path path) throws IOException {
        try (Stream<Path> walk = Files.walk(path)) {
            long sum = 0;
            for (Path p : walk.filter(Files::isRegularFile).toList()) {
                sum += Files.size(p);
            }
            return sum;
        }
    }

    private void file(Path source, Path out, @Nullable String network) throws IOException {
        if (!out.getFileName().toString().endsWith(".safetensors")) {
            throw new UserException("--out " + out + " must end in .safetensors");
        }
        boolean student = WeightFormats.isTorch(source) && !WanFolder.networksOf(source).isEmpty();
        if (!student && network != null) {
            throw new UserException("--network goes with a checkpoint that holds several; " + source + " holds one");
        }
        try (WeightFile weights = student ? WanFolder.networkOf(source, network) : WeightFormats.open(source)) {
            requireSpace(out, size(weights));
            write(weights, out, checksums(source), network);
        }
    }

    /** Every part under the name the layout gives it; what is no weight is copied. */
    private void folder(WanFolder folder, Path out, @Nullable String network) throws IOException {
        if (network != null && folder.student() == null) {
            throw new UserException("--network goes with a checkpoint that holds several; " + folder.path() + " holds one");
        }
        boolean diffusers = folder.layout() == WanFolder.Layout.DIFFUSERS;
        long need = 0;
        for (WanPart part : WanPart.values()) {
            folder.check(part).require();
            try (WeightFile weights = folder.weights(part)) {
                need += size(weights);
            }
        }
        @Nullable Path pictures = folder.config().imageDim() > 0 ? folder.pictures() : null;
        if (pictures != null) {
            try (WeightFile weights = WeightFormats.open(pictures)) {
                need += size(weights);
            }
        }
        requireSpace(out, need);
        Path tokenizer = folder.tokenizer();
        AtomicFiles.folder(out, target -> {
            for (WanPart part : WanPart.values()) {
                Path source = folder.file(part);
                boolean student = part == WanPart.TRANSFORMER && folder.student() != null;
                try (WeightFile weights = student ? network == null ? folder.weights(part) : folder.network(network) : WeightFormats.open(source)) {
                    Map<String, String> sources = checksums(source);
                    if (student && folder.adapter() != null && !"critic".equals(network)) {
                        sources.putAll(checksums(folder.adapter()));
                    }
                    write(weights, target.resolve(name(source)), sources, student ? network : null);
                }
                if (Files.isDirectory(source)) {
                    copyTexts(source, target.resolve(source.getFileName()));
                }
            }
            if (pictures != null) {
                try (WeightFile weights = WeightFormats.open(pictures)) {
                    write(weights, target.resolve(name(pictures)), checksums(pictures), null);
                }
                if (Files.isDirectory(pictures)) {
                    copyTexts(pictures, target.resolve(pictures.getFileName()));
                }
            }
            @Nullable Path studentJson = folder.student() == null ? null : folder.student().resolveSibling("student.json");
            if (studentJson != null && Files.isRegularFile(studentJson)) {
                Files.copy(studentJson, target.resolve("student.json"));
            }
            copyTexts(tokenizer, target.resolve(diffusers ? "tokenizer" : "google/umt5-xxl"));
            if (folder.configFile() != null && !diffusers) {
                Files.copy(folder.configFile(), target.resolve("config.json"));
            }
            Path index = folder.path().resolve("model_index.json");
            if (Files.isRegularFile(index)) {
                Files.copy(index, target.resolve("model_index.json"));
            }
        });
    }

    /** The name of a part's file in its new folder: that of the old one with another ending. */
    private static String name(Path source) {
        String name = source.getFileName().toString();
        if (Files.isDirectory(source)) {
            return name + (name.equals("text_encoder") ? "/model.safetensors" : "/diffusion_pytorch_model.safetensors");
        }
        return name.replaceFirst("(\\.safetensors\\.index\\.json|\\.safetensors|\\.pth|\\.pt|\\.ckpt|\\.bin)$", "") + ".safetensors";
    }

    private static void copyTexts(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> list = Files.list(from)) {
            for (Path p : list.filter(Files::isRegularFile).filter(p -> !WeightFormats.isWeights(p)).toList()) {
                Files.copy(p, to.resolve(p.getFileName()));
            }
        }
    }

    private long size(WeightSource weights) {
        return weights.names().stream().mapToLong(n -> Arrays.stream(weights.shape(n)).reduce(1, (a, b) -> a * b)
                * (weights.dtype(n).isFloating() ? to.dtype() : weights.dtype(n)).bytes()).sum();
    }

    private static void requireSpace(Path out, long need) throws IOException {
        Path at = out.toAbsolutePath().getParent();
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        long free = at == null ? Long.MAX_VALUE : Files.getFileStore(at).getUsableSpace();
        if (need > free) {
            throw new UserException(String.format(Locale.ROOT, "There is not enough space for %s: it takes %.1f GB and %.1f GB are free.", out,
                    need / 1e9, free / 1e9));
        }
    }

    private void write(WeightFile weights, Path out, Map<String, String> sources, @Nullable String network) throws IOException {
        var converted = new Converted(sources, network, to.name().toLowerCase(Locale.ROOT));
        Provenance provenance = Provenance.now(converted, null, 0, List.copyOf(converted.sources().values()));
        SafetensorsWriter.to(out).cast(to.dtype())
                .metadata(Map.of("format", "pt", "praxino.provenance", Json.line(provenance)))
                .write(new Counted(weights, progress, out.getFileName().toString(), new int[1]));
    }

    /** Files that a source consists of, by name, with their checksums. */
    private static Map<String, String> checksums(Path source) throws IOException {
        var all = new TreeMap<String, String>();
        if (Files.isDirectory(source)) {
            try (Stream<Path> list = Files.list(source)) {
                for (Path p : list.filter(WeightFormats::isWeights).toList()) {
                    all.put(source.getFileName() + "/" + p.getFileName(), Sha256.ofFile(p));
                }
            }
            return all;
        }
        all.put(source.getFileName().toString(), Sha256.ofFile(source));
        if (source.getFileName().toString().endsWith(".index.json")) {
            var shards = new LinkedHashMap<String, Path>();
            Json.read(source, JsonNode.class).path("weight_map").forEach(n -> shards.put(n.asString(), source.resolveSibling(n.asString())));
            shards.forEach((name, file) -> all.put(name, Sha256.ofFile(file)));
        }
        return all;
    }

    /** Weights that report how many of them were read. */
    private record Counted(WeightSource source, Progress progress, String what, int[] read) implements ForwardingWeights {
        @Override
        public Tensor read(String name) {
            progress.update(read[0]++, names().size(), what);
            return source.read(name);
        }

        @Override
        public Tensor view(String name) {
            return read(name);
        }
    }
}
