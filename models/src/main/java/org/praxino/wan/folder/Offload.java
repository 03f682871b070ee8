package org.praxino.wan.folder;

import java.util.Collection;
import java.util.stream.Collectors;

/** What need not be on the GPU, or not at once, in the order in which it costs time. */
public enum Offload {
    /** The VAE decodes one tile of a frame after another ({@link org.praxino.wan.Tiling#USUAL}); works on a CPU too. */
    TILES("frames decoded in tiles"),
    TEXT("the text encoder on the CPU"),
    VAE("the VAE on the CPU"),
    BLOCKS("the transformer's blocks streamed from the CPU");

    private final String words;

    Offload(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    static String words(Collection<Offload> all) {
        return all.stream().sorted().map(Offload::words).collect(Collectors.joining(" and "));
    }
}
