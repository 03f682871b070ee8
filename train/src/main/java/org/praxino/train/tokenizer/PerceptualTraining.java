package org.praxino.train.tokenizer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.train.eval.InceptionV3;
import org.praxino.train.eval.MobileNetV2;

/**
 * The perceptual part of a tokenizer run.
 *
 * @param network which sees. MOBILENET_V2 is the one that {@code praxino eval} scores with: it flatters the model
 * @param layers of the network that are compared, from the first on
 * @param weight of the term
 * @param size to which frames are resized for the network, 0 for none
 * @param frames of a clip that are compared, drawn again for each batch, or null for all
 * @param packageFolders folders searched for the network's npm package before npm fetches it
 */
public record PerceptualTraining(Network network, int layers, double weight, int size, @Nullable Integer frames, List<String> packageFolders) {
    /** The networks, each frozen. */
    public enum Network {
        /** {@link InceptionV3}, which never scores. */
        INCEPTION_V3,
        /** {@link MobileNetV2}. */
        MOBILENET_V2;

        int taps() {
            return switch (this) {
                case INCEPTION_V3 -> InceptionV3.TAP_CHANNELS.size();
                case MOBILENET_V2 -> MobileNetV2.TAP_CHANNELS.size();
            };
        }
    }

    public PerceptualTraining {
        packageFolders = List.copyOf(packageFolders);
        if (!(weight > 0) || size < 0) {
            throw new ConfigException("perceptual weight=" + weight + " must be positive and size=" + size + " not negative");
        }
        if (frames != null && frames < 1) {
            throw new ConfigException("perceptual frames=" + frames + " must be positive, or null for all");
        }
        if (layers < 1 || layers > network.taps()) {
            throw new ConfigException("perceptual layers=" + layers + " must lie between 1 and " + network.taps() + ", which " + network + " has");
        }
    }
}
