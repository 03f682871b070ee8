package org.praxino.io.model;

import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import tools.jackson.databind.JsonNode;

/**
 * Provenance of weights: everything needed to reproduce them.
 *
 * @param praxinoVersion of the program
 * @param gitCommit of the checkout it was built in; null outside of one
 * @param config the whole configuration of the run
 * @param dataDigest checksum of the data set's description; null when no data were used
 * @param samplesSeen clips and stills trained on so far
 * @param createdAt when this was written, to the second, UTC
 * @param host where
 * @param parents hashes or names of the models this began from
 */
public record Provenance(
        String praxinoVersion,
        @Nullable String gitCommit,
        JsonNode config,
        @Nullable String dataDigest,
        long samplesSeen,
        Instant createdAt,
        HostInfo host,
        List<String> parents) {

    public Provenance {
        if (samplesSeen < 0) {
            throw new IllegalArgumentException("samplesSeen=" + samplesSeen + " must not be negative");
        }
        parents = List.copyOf(parents);
    }

    /** Fills in program, time and host. @param config anything Jackson can write, usually a record */
    public static Provenance now(Object config, @Nullable String dataDigest, long samplesSeen, List<String> parents) {
        return new Provenance(
                version(), commit(), Json.tree(config), dataDigest, samplesSeen,
                Instant.now().truncatedTo(ChronoUnit.SECONDS), HostInfo.current(), parents);
    }

    /** The same with another configuration, anything Jackson can write, and other parents. */
    public Provenance with(Object otherConfig, List<String> otherParents) {
        return new Provenance(praxinoVersion, gitCommit, Json.tree(otherConfig), dataDigest, samplesSeen, createdAt, host, otherParents);
    }

    /** The version of Praxino: the module's, on the class path the one in the jar's manifest, {@code development} when run from class files. */
    public static String version() {
        @Nullable ModuleDescriptor module = Provenance.class.getModule().getDescriptor();
        @Nullable String version = module == null
                ? Provenance.class.getPackage().getImplementationVersion() : module.rawVersion().orElse(null);
        return version == null ? "development" : version;
    }

    /** The checkout is named by the launcher; a class path inside one tells as well. */
    private static @Nullable String commit() {
        @Nullable String root = System.getProperty("praxino.root");
        if (root != null) {
            return GitCommit.of(Path.of(root));
        }
        @Nullable CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null ? null : GitCommit.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }
}
