package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import org.praxino.io.WeightFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Params;
import org.praxino.tensor.UserException;
import org.praxino.text.MiniLmEncoder;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.student.Dataset;
import org.praxino.train.walt.WaltTraining;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/**
 * What a transformer run asks of its tokenizer, its data, its text encoder and its start, checked before anything is encoded. Every refusal names the
 * setting and what would be right.
 */
record WaltRequirements(WaltTraining training, Path data, ClipStore store, Path tokenizer, CodecConfig codec) {

    /** @throws UserException for the first thing that cannot be had */
    void check() {
        WaltConfig network = training.network();
        require(network.tokens().latentChannels() == codec.latentChannels(), "network.latentChannels=" + network.tokens().latentChannels() + " must be "
                + codec.latentChannels() + " for the tokenizer in " + tokenizer);
        text(network);
        classes(network);
        guidance(network);
        grid(network);
        training.phases().forEach(phase -> phase(network, phase));
    }

    /** @throws UserException when no weight of {@code start} has a name and shape of this network's */
    void checkStart(Path folder, WeightFile start) {
        try (var counted = new WaltTransformer(training.network(), Params.counting())) {
            boolean any = counted.params().all().entrySet().stream()
                    .anyMatch(w -> start.names().contains(w.getKey()) && java.util.Arrays.equals(start.shape(w.getKey()), w.getValue().shape()));
            require(any, "start=" + folder + " has no weight that fits this network: give it the same dim, or leave start out");
        }
    }

    private void text(WaltConfig network) {
        int width = network.text().dim();
        require(width == 0 || width == MiniLmEncoder.WIDTH, "network.textDim=" + width + " must be " + MiniLmEncoder.WIDTH
                + ", the width of the text encoder that W.A.L.T models are trained with here, or 0 for none");
        boolean stacks = training.phases().stream().anyMatch(p -> p.images() > 0);
        require(!stacks || network.text().cross() != WaltConfig.Cross.WINDOW,
                "images above 0 needs network.cross=SPATIAL: with WINDOW, cross-attention spans the frames of a stack of images");
    }

    private void classes(WaltConfig network) {
        if (network.classes() == 0) {
            return;
        }
        List<String> names = store.info().classes();
        require(!names.isEmpty(), "network.classes=" + network.classes() + " needs data with classes, and " + data
                + " has captions only: prepare it with --layout classes or ucf101, or set network.classes=0");
        require(names.size() == network.classes(), "network.classes=" + network.classes() + " must be " + names.size() + ", the number of classes in " + data);
        for (WaltTraining.TrainingPhase phase : training.phases()) {
            composition(phase.clips());
            if (phase.stills() != null) {
                composition(phase.stills());
            }
        }
    }

    private static void composition(Dataset set) {
        require(set.composition() == CompositionPreset.AS_IS, "composition=" + set.composition()
                + " shows several things, and network.classes says one: set composition=AS_IS");
    }

    private void guidance(WaltConfig network) {
        boolean told = network.text().dim() > 0 || network.classes() > 0;
        require(told || training.textDrop() == 0, "textDrop=" + training.textDrop() + " has nothing to drop: network.textDim and network.classes are 0, set it to 0");
        require(!told || training.process().guidance() == 1 || training.textDrop() > 0, "process.guidance=" + training.process().guidance()
                + " needs textDrop above 0 (0.1 is usual): guidance compares with what is made without text or class");
    }

    private void grid(WaltConfig network) {
        int down = network.tokens().patch() * network.tokens().gridHeight() / network.windows().height();
        int across = network.tokens().patch() * network.tokens().gridWidth() / network.windows().width();
        int height = store.info().height();
        int width = store.info().width();
        int f = codec.spaceFactor();
        require(height % (f * down) == 0 && width % (f * across) == 0, data + " holds pictures of " + width + "x" + height
                + ", and this network's patches and windows need a width that is a multiple of " + f * across + " and a height of " + f * down
                + ": prepare the data so, or change patch, grid and windows");
        require(training.lowResolution() == null || height % (2 * f) == 0 && width % (2 * f) == 0, data + " holds pictures of " + width + "x" + height
                + ", and half of that is no multiple of " + f + ": super-resolution needs sides that are multiples of " + 2 * f);
    }

    private void phase(WaltConfig network, WaltTraining.TrainingPhase phase) {
        int frames = codec.latentFrames(phase.clips().frames());
        int longest = phase.lengths().stream().mapToInt(l -> l).max().orElseThrow();
        require(longest <= frames, "lengths=" + phase.lengths() + " goes beyond the " + frames + " latent frames of frames=" + phase.clips().frames());
        require(network.windows().time() == WaltConfig.TimePosition.ROTARY || longest <= network.tokens().frames(), "lengths=" + phase.lengths()
                + " goes beyond network.frames=" + network.tokens().frames() + ", the learned positions in time: raise it, or set network.time=ROTARY");
        boolean moving = store.clips().stream().anyMatch(c -> !c.heldOut() && !c.still());
        require(longest == 1 || moving, "lengths=" + phase.lengths() + " needs clips that move, and " + data
                + " has only stills to train on: set lengths=[1] and frames=1, or add videos");
        boolean any = store.clips().stream().anyMatch(c -> !c.heldOut());
        require(any, data + " has nothing to train on: all of its clips are held out");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfigException(sentence);
        }
    }
}
