package org.praxino.walt;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;

/**
 * Shape of a W.A.L.T transformer (arXiv 2312.06662, sections 3.2 to 3.5). The grid is the base size in tokens; other sizes and aspect
 * ratios scale the windows and interpolate the learned positions.
 *
 * @param latentChannels channels of the codec's latent
 * @param frames latent frames of a clip, 1 + t; rotary time allows more
 * @param gridHeight tokens from top to bottom at the base size, latent height / patch
 * @param gridWidth tokens from left to right at the base size
 * @param patch side of the square of latent positions that makes a token
 * @param dim width d of the network
 * @param layers spatial and spatiotemporal layers together, which alternate
 * @param heads attention heads
 * @param mlp inner width of the MLPs
 * @param windowHeight tokens from top to bottom of a spatiotemporal window at the base size
 * @param windowWidth tokens from left to right of a spatiotemporal window at the base size
 * @param time how a token knows its latent frame
 * @param relativeBias Swin's learned bias by relative place, per layer and head
 * @param qkNorm normalisation of queries and keys over the head width
 * @param adaLnRank rank r of adaLN-LoRA; 0 gives every layer a modulation matrix of its own
 * @param cross cross-attention to text
 * @param crossEvery cross-attention in every n-th layer, 1 in the paper. Differs: 2 keeps it in the spatial layers only
 * @param textOnlyKeys whether cross-attention sees the text alone. Differs: in the paper it sees the window's own tokens too
 * @param textDim width of the text encoder's states, 0 without text
 * @param classes number of classes, 0 without
 * @param selfConditioning whether the network's last estimate is an input
 * @param frameCondition whether given frames and their mask are an input
 * @param lowResolution whether the latent of the stage before, at half the size, is an input
 * @param space how a token knows its place in the frame; null in files written before it was a choice, for LEARNED
 * @param textNorm whether text states are whitened by the statistics in the weights and layer-normalised after their projection; null
 *     in files written before it was a choice, for false
 */
public record WaltConfig(
        int latentChannels,
        int frames,
        int gridHeight,
        int gridWidth,
        int patch,
        int dim,
        int layers,
        int heads,
        int mlp,
        int windowHeight,
        int windowWidth,
        TimePosition time,
        boolean relativeBias,
        QkNorm qkNorm,
        int adaLnRank,
        Cross cross,
        int crossEvery,
        boolean textOnlyKeys,
        int textDim,
        int classes,
        boolean selfConditioning,
        boolean frameCondition,
        boolean lowResolution,
        @Nullable SpacePosition space,
        @Nullable Boolean textNorm) {

    /**
     * LEARNED: a table added to the tokens (the paper). ROTARY: queries and keys of spatiotemporal layers are turned by their frame,
     * which only tells distances, so a stream may go on for ever; a learned vector marks the very first frame, which the
     * tokenizer encodes alone and which therefore looks unlike the others.
     */
    public enum TimePosition {
        LEARNED,
        ROTARY
    }

    /**
     * LEARNED: a table added to the tokens, which starts at N(0, 0.02²) (the paper). AXIAL_ROTARY: the table starts as a sine-cosine
     * position table, and queries and keys of every window get an axial rotary embedding (Heo et al. 2024, arXiv 2403.13298, section 3.1),
     * base 100: a quarter of a head's pairs by frame, the rest halved between row and column.
     */
    public enum SpacePosition {
        LEARNED,
        AXIAL_ROTARY
    }

    /** LAYER: layer norm with a weight and no bias (ViT-22B). RMS: root-mean-square norm with a weight. */
    public enum QkNorm {
        NONE,
        LAYER,
        RMS
    }

    /** SPATIAL: windows of one frame in all layers (joint training on images and videos). WINDOW: the layer's own kind (videos only). */
    public enum Cross {
        NONE,
        SPATIAL,
        WINDOW
    }

    public WaltConfig {
        space = space == null ? SpacePosition.LEARNED : space;
        textNorm = textNorm != null && textNorm;
        positive("latentChannels", latentChannels);
        positive("frames", frames);
        positive("gridHeight", gridHeight);
        positive("gridWidth", gridWidth);
        positive("patch", patch);
        positive("dim", dim);
        positive("layers", layers);
        positive("heads", heads);
        positive("mlp", mlp);
        positive("windowHeight", windowHeight);
        positive("windowWidth", windowWidth);
        positive("crossEvery", crossEvery);
        require(dim % heads == 0, "dim=" + dim + " is not a multiple of heads=" + heads);
        require(dim / heads % 2 == 0, "head width dim/heads=" + dim / heads + " must be even");
        require(gridHeight % windowHeight == 0 && gridWidth % windowWidth == 0,
                "windows of " + windowHeight + "x" + windowWidth + " tokens do not tile the grid of " + gridHeight + "x" + gridWidth);
        require(adaLnRank >= 0, "adaLnRank=" + adaLnRank + " must be 0 (separate matrices) or more");
        require(textDim >= 0 && classes >= 0, "textDim=" + textDim + " and classes=" + classes + " must be 0 or more");
        require(textDim == 0 || classes == 0, "textDim=" + textDim + " and classes=" + classes + " exclude each other");
        require((cross != Cross.NONE) == (textDim > 0),
                "cross=" + cross + " does not go with textDim=" + textDim + ": text needs cross-attention, and the reverse");
        require(!textNorm || textDim > 0, "textNorm=true needs text: textDim=0");
        if (space == SpacePosition.AXIAL_ROTARY) {
            require(time == TimePosition.ROTARY, "space=AXIAL_ROTARY needs time=ROTARY, not " + time + ": its rotary embedding has an axis for time");
            require(dim % 4 == 0 && dim / heads >= 8, "space=AXIAL_ROTARY needs dim=" + dim + " to be a multiple of 4 and heads of width 8 or more, not "
                    + dim / heads);
        }
    }

    /** Without an axial rotary embedding and without a norm of text. */
    public WaltConfig(
            int latentChannels, int frames, int gridHeight, int gridWidth, int patch, int dim, int layers, int heads, int mlp, int windowHeight,
            int windowWidth, TimePosition time, boolean relativeBias, QkNorm qkNorm, int adaLnRank, Cross cross, int crossEvery, boolean textOnlyKeys,
            int textDim, int classes, boolean selfConditioning, boolean frameCondition, boolean lowResolution) {
        this(
                latentChannels, frames, gridHeight, gridWidth, patch, dim, layers, heads, mlp, windowHeight, windowWidth, time, relativeBias, qkNorm,
                adaLnRank, cross, crossEvery, textOnlyKeys, textDim, classes, selfConditioning, frameCondition, lowResolution, null, null);
    }

    private static void positive(String name, int value) {
        require(value > 0, name + "=" + value + " must be above 0");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfigException(sentence);
        }
    }

    /** D, width of a head. */
    public int headDim() {
        return dim / heads;
    }

    /** Channels that enter: noisy, own estimate, given frames with their mask, upscaled low resolution. 3c + 1 for the base model. */
    public int inputChannels() {
        return latentChannels * (1 + (selfConditioning ? 1 : 0) + (frameCondition ? 1 : 0) + (lowResolution ? 1 : 0))
                + (frameCondition ? 1 : 0);
    }

    /** Whether queries and keys have an axial rotary embedding. */
    boolean axial() {
        return space == SpacePosition.AXIAL_ROTARY;
    }

    /** Layers 0, 2, 4, ... look inside one frame, the others over time. */
    static boolean spatial(int layer) {
        return layer % 2 == 0;
    }

    boolean crossIn(int layer) {
        return cross != Cross.NONE && layer % crossEvery == 0;
    }

    /** Whether the cross-attention of this layer uses windows over time. */
    boolean crossOverTime(int layer) {
        return cross == Cross.WINDOW && !spatial(layer);
    }
}
