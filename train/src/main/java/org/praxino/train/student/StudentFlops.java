package org.praxino.train.student;

import java.util.List;
import org.praxino.diffusion.TrainableDenoiser;

/** FLOPs of passes over stored clips. */
public final class StudentFlops {
    /** Text tokens of a caption in estimates. */
    public static final int TEXT_TOKENS = 16;

    private StudentFlops() {}

    /** Multiply-adds times two of a forward pass over one clip, averaged over {@code lengths}, each clip being so many times as long. */
    public static double forward(TrainableDenoiser network, StoredClips clips, List<Integer> lengths, int times) {
        return lengths.stream().mapToDouble(t -> forward(network, clips.shape(t * times))).average().orElseThrow();
    }

    /** Of one clip of latents [C, T, H, W]. */
    public static double forward(TrainableDenoiser network, long[] latent) {
        return network.flops(latent, TEXT_TOKENS);
    }
}
