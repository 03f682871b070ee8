package org.praxino.wan.folder;

import java.util.Collection;
import java.util.stream.Collectors;

/** What need not be on the GPU, in the order in which it costs time. */
public enum Offload {
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
