package org.praxino.media;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Metadata of a generated file: marks it as generated and contains everything needed to reproduce it. docs/media.md describes the storage
 * in each format.
 *
 * @param prompt the words it was made from; empty if there were none
 * @param seed of the random numbers
 * @param model name of the model
 * @param modelHash digest of its weights, such as {@code sha256:...}
 * @param version of Praxino
 * @param settings further choices by name, such as steps and guidance
 */
public record GeneratedMetadata(
        String prompt, long seed, String model, String modelHash, String version, SortedMap<String, String> settings) {
    /** The sentence that people read. */
    public static final String STATEMENT = "AI-generated: made by a generative model, not a recording.";
    /** The same for machines: the IPTC digital source type that search engines and editors look for. */
    public static final String DIGITAL_SOURCE_TYPE =
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    public GeneratedMetadata {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    public GeneratedMetadata(String prompt, long seed, String model, String modelHash, String version) {
        this(prompt, seed, model, modelHash, version, new TreeMap<>());
    }

    /** The same with more settings. */
    public GeneratedMetadata with(Map<String, String> more) {
        var all = new TreeMap<>(settings);
        all.putAll(more);
        return new GeneratedMetadata(prompt, seed, model, modelHash, version, all);
    }

    /** The metadata of a file; empty if it does not say that Praxino made it. Fails with {@link MediaException} if it cannot be read. */
    public static Optional<GeneratedMetadata> read(Path file) {
        return MetadataReader.read(file);
    }
}
