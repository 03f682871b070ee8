package org.praxino.io.model;

import java.nio.file.Path;
import org.praxino.io.Json;
import org.praxino.io.safetensors.SafetensorsFile;

/** A checkpoint on disk: a folder of weights with its provenance. */
public record Checkpoint(Path folder) {

    static final String PROVENANCE = "provenance.json";

    /** How it was made; read from its file. */
    public Provenance provenance() {
        return Json.read(folder.resolve(PROVENANCE), Provenance.class);
    }

    /** Samples seen when it was written, from its name. */
    public long samplesSeen() {
        return Long.parseLong(folder.getFileName().toString());
    }

    /** Opens one of its weight files. @param name for example {@code ema.safetensors} */
    public SafetensorsFile weights(String name) {
        return SafetensorsFile.open(folder.resolve(name));
    }
}
