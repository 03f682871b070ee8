package org.praxino.io.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.praxino.io.Json;

/**
 * The contents of {@code showcase.json} in a model folder: prompts that the model generates well, the best first. {@code praxino eval
 * --showcase} measures and writes them; a model folder may have none.
 *
 * @param hash of the model that was measured ({@link ModelInfo#hash})
 */
public record Showcase(String hash, List<Entry> prompts) {
    /** The file's name. */
    public static final String FILE = "showcase.json";

    /**
     * A prompt with the seed that it was measured with.
     *
     * @param name that the data set gives what the prompt asks for
     * @param score cosine similarity of the clip's features to the real clip's, minus that of the most similar clip of another name
     */
    public record Entry(String prompt, String name, long seed, double score) {
        public Entry {
            if (prompt.isBlank() || !Double.isFinite(score)) {
                throw new IllegalArgumentException("prompt \"" + prompt + "\" with score " + score + ": both must be given");
            }
        }
    }

    public Showcase {
        prompts = List.copyOf(prompts);
    }

    /**
     * Of a model folder. Without prompts when the folder has no such file, or one of other weights: files beside {@code model.json} survive when a
     * model is saved again.
     *
     * @throws org.praxino.tensor.UserException when the file cannot be read as one
     */
    static Showcase of(Path folder, String hash) {
        Path file = folder.resolve(FILE);
        Showcase none = new Showcase(hash, List.of());
        Showcase measured = Files.exists(file) ? Json.read(file, Showcase.class) : none;
        return measured.hash.equals(hash) ? measured : none;
    }

    /** The {@code count} best entries, one of each name. */
    public Showcase best(int count) {
        Set<String> seen = new HashSet<>();
        return new Showcase(hash, prompts.stream().sorted(Comparator.comparingDouble(Entry::score).reversed())
                .filter(e -> seen.add(e.name())).limit(count).toList());
    }

    public void write(Path file) {
        Json.write(file, this);
    }
}
