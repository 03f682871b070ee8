package org.praxino.wan.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.model.HubCache;
import org.praxino.io.model.WeightFormats;
import org.praxino.tensor.UserException;

/**
 * The parts of a folder, by file names.
 *
 * @param parts where each part is: a file, the index of several, or diffusers' folder
 * @param students checkpoints beside them, which stand for the transformer
 * @param adapters files with a low-rank change of a student
 * @param config of the transformer, or null
 * @param tokenizer folder with {@code tokenizer.json}, or null
 * @param pictures the encoder of pictures, or null
 */
record FolderScan(
        Path folder, boolean diffusers, Map<WanPart, Path> parts, List<Path> students, List<Path> adapters, @Nullable Path config,
        @Nullable Path tokenizer, @Nullable Path pictures) {
    /** Wan's own name of the image encoder, without extension. */
    static final String PICTURES = "models_clip_open-clip-xlm-roberta-large-vit-huge-14";

    private static final String OWN = "diffusion_pytorch_model";
    private static final Pattern LORA = Pattern.compile("(?i)(^|[^a-z])lora([^a-z]|$)");

    /** @throws UserException when the folder is of another family, or of two layouts at once */
    static FolderScan in(Path folder) {
        refuseUnsupported(folder);
        var own = new EnumMap<WanPart, Path>(WanPart.class);
        put(own, WanPart.TRANSFORMER, folder, OWN + ".safetensors", OWN + ".safetensors.index.json");
        put(own, WanPart.VAE, folder, "Wan2.1_VAE.safetensors", "Wan2.1_VAE.pth");
        put(own, WanPart.TEXT, folder, "models_t5_umt5-xxl-enc-bf16.safetensors", "models_t5_umt5-xxl-enc-bf16.pth");
        var theirs = new EnumMap<WanPart, Path>(WanPart.class);
        put(theirs, WanPart.TRANSFORMER, folder, "transformer");
        put(theirs, WanPart.VAE, folder, "vae");
        put(theirs, WanPart.TEXT, folder, "text_encoder");
        for (WanPart part : WanPart.values()) {
            if (own.containsKey(part) && theirs.containsKey(part)) {
                throw new UserException(folder + " mixes two layouts: its " + part.label() + " is there as " + own.get(part).getFileName()
                        + " (Wan's own) and as " + theirs.get(part).getFileName() + "/ (diffusers'): keep one of them.");
            }
        }
        boolean diffusers = !theirs.isEmpty();
        var all = new EnumMap<WanPart, Path>(WanPart.class);
        all.putAll(own);
        all.putAll(theirs);
        @Nullable Path config = first(folder, "config.json", "transformer/config.json");
        @Nullable Path tokenizer = first(folder, "google/umt5-xxl/tokenizer.json", "tokenizer/tokenizer.json");
        return new FolderScan(
                folder, diffusers, all, students(folder), adapters(folder), config, tokenizer == null ? null : tokenizer.getParent(),
                first(folder, PICTURES + ".safetensors", PICTURES + ".pth"));
    }

    /** Whether there is anything of Wan in the folder. */
    static boolean any(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try {
            FolderScan f = in(folder);
            return !f.parts.isEmpty() && (f.parts.size() > 1 || f.tokenizer != null || f.config != null) || f.students.stream().anyMatch(StudentCheckpoints::isOne);
        } catch (UserException e) {
            return true; // it is one, with something wrong that opening it reports
        }
    }

    /** Whether it is weights that cannot be read: a file, or all that a folder has. */
    static boolean unreadable(Path path) {
        if (Files.isRegularFile(path)) {
            return (WeightFormats.isWeights(path) || isGguf(path)) && StudentCheckpoints.problem(path) != null;
        }
        if (!Files.isDirectory(path)) {
            return false;
        }
        List<Path> weights = students(path);
        return weights.isEmpty() ? gguf(path) != null : weights.stream().allMatch(p -> StudentCheckpoints.problem(p) != null);
    }

    private static boolean isGguf(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    /** The first GGUF file in a folder, or null. */
    private static @Nullable Path gguf(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(Files::isRegularFile).filter(FolderScan::isGguf).sorted().findFirst().orElse(null);
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    private static void refuseUnsupported(Path folder) {
        @Nullable Path quantised = gguf(folder);
        if (quantised != null && students(folder).isEmpty() && first(folder, OWN + ".safetensors", OWN + ".safetensors.index.json", "transformer") == null) {
            WeightFormats.open(quantised).close(); // reports it
        }
        if (Files.exists(folder.resolve("Wan2.2_VAE.pth")) || Files.exists(folder.resolve("high_noise_model"))
                || Files.exists(folder.resolve("transformer_2"))) {
            throw new UserException(folder + " is a model of Wan 2.2; Praxino runs those of Wan 2.1 (praxino pull lists some).");
        }
    }

    private static void put(Map<WanPart, Path> into, WanPart part, Path folder, String... names) {
        @Nullable Path found = first(folder, names);
        if (found != null) {
            into.put(part, found);
        }
    }

    private static @Nullable Path first(Path folder, String... names) {
        for (String name : names) {
            if (Files.exists(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        return null;
    }

    /** Files of weights that are not one of the named parts, nor a shard of one, nor an image encoder, nor an adapter. */
    private static List<Path> students(Path folder) {
        return others(folder).stream().filter(p -> !isAdapter(p)).toList();
    }

    private static List<Path> adapters(Path folder) {
        return others(folder).stream().filter(FolderScan::isAdapter).toList();
    }

    /** By its name, as in {@code lora.pt}. */
    private static boolean isAdapter(Path file) {
        return LORA.matcher(file.getFileName().toString()).find();
    }

    private static List<Path> others(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(Files::isRegularFile).filter(WeightFormats::isWeights).filter(p -> {
                String name = p.getFileName().toString();
                return !name.startsWith(".") && !name.startsWith(OWN) && !name.startsWith("Wan2.") && !name.startsWith("models_");
            }).sorted().toList();
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    /** The one student. @throws UserException when there are several */
    @Nullable Path student() {
        if (students.size() > 1) {
            throw new UserException(folder + " has several checkpoints: name one of them, as in " + students.getFirst() + " (there are "
                    + students.stream().map(p -> p.getFileName().toString()).collect(Collectors.joining(", ")) + ").");
        }
        return students.isEmpty() ? null : students.getFirst();
    }

    /** The one adapter of the one student. @throws UserException when there are several, or there is no student to change */
    @Nullable Path adapter() {
        if (adapters.isEmpty()) {
            return null;
        }
        if (students.isEmpty()) {
            throw new UserException(adapters.getFirst()
                    + " is an adapter (LoRA), which changes a student's checkpoint, and none lies beside it: put it there,"
                    + " or keep the adapter elsewhere.");
        }
        if (adapters.size() > 1) {
            throw new UserException(folder + " has several adapters (LoRA): keep one of " + adapters.stream().map(p -> p.getFileName().toString())
                    .collect(Collectors.joining(", ")) + ".");
        }
        return adapters.getFirst();
    }

    /**
     * A part that this folder lacks, from a Wan folder near it: below it, beside it, or in {@code wan_models} of a folder above, as the
     * students' own programs have it.
     */
    @Nullable Path base(WanPart part) {
        for (FolderScan near : siblings()) {
            @Nullable Path found = near.parts.get(part);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Folders near this one that have a VAE or a text encoder of Wan 2.1. */
    List<FolderScan> siblings() {
        Path own = folder.toAbsolutePath().normalize();
        Set<Path> near = new LinkedHashSet<>(children(own));
        @Nullable Path above = own;
        for (int level = 0; level < 3 && above != null; level++) {
            near.addAll(children(above.resolve("wan_models")));
            if (level == 1) {
                near.addAll(children(above));
            }
            above = above.getParent();
        }
        near.addAll(HubCache.others(own));
        near.remove(own);
        var found = new ArrayList<FolderScan>();
        for (Path p : near) {
            try {
                FolderScan f = in(p);
                if (f.parts.containsKey(WanPart.VAE) || f.parts.containsKey(WanPart.TEXT)) {
                    found.add(f);
                }
            } catch (UserException e) {
                // a folder of another kind
            }
        }
        return found;
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(Files::isDirectory).filter(Files::isReadable).sorted().limit(200).toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
