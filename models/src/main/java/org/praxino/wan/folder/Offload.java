package org.praxino.wan.folder;

import java.util.Collection;
import java.util.stream.Collectors;

/** What can be off the GPU, in order of the time it costs. */
public enum Offload {
    /** The VAE decodes one tile of a frame after another ({@link org.praxino.wan.Tiling#USUAL}); works on a CPU too. */
    TILES("frames decoded in tiles"),
    TEXT("the text encoder on the CPU"),
    VAE("the VAE on the CPU"),
    BLOCKS("the transformer's blocks streamed from the CPU");

    private final String label;

    Offload(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    static String labels(Collection<Offload> all) {
        return all.stream().sorted().map(Offload::label).collect(Collectors.joining(" and "));
    }
}
