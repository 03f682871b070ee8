package org.praxino.walt;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;

/**
 * Shape of a W.A.L.T transformer (arXiv 2312.06662, sections 3.2 to 3.5). In files it is one flat object ({@link Flat}).
 *
 * @param classes number of classes, 0 without
 */
public record WaltConfig(TokenGrid tokens, Width width, Windows windows, Text text, int classes, Inputs inputs) {
    /**
     * The base size in tokens; other sizes and aspect ratios scale the windows and interpolate the positions in space.
     *
     * @param latentChannels channels of the codec's latent
     * @param frames latent frames of a clip, 1 + t; rotary time allows more
     * @param gridHeight tokens from top to bottom, latent height / patch
     * @param gridWidth tokens from left to right
     * @param patch side of the square of latent positions that makes a token
     */
    public record TokenGrid(int latentChannels, int frames, int gridHeight, int gridWidth, int patch) {
        public TokenGrid {
            positive("latentChannels", latentChannels);
            positive("frames", frames);
            positive("gridHeight", gridHeight);
            positive("gridWidth", gridWidth);
            positive("patch", patch);
        }
    }

    /**
     * Width and depth.
     *
     * @param dim width d of the network
     * @param layers spatial and spatiotemporal layers together, which alternate
     * @param heads attention heads
     * @param mlp inner width of the MLPs
     * @param adaLnRank rank r of adaLN-LoRA; 0 gives every layer a modulation matrix of its own
     */
    public record Width(int dim, int layers, int heads, int mlp, int adaLnRank) {
        public Width {
            positive("dim", dim);
            positive("layers", layers);
            positive("heads", heads);
            positive("mlp", mlp);
            require(dim % heads == 0, "dim=" + dim + " is not a multiple of heads=" + heads);
            require(dim / heads % 2 == 0, "head width dim/heads=" + dim / heads + " must be even");
            require(adaLnRank >= 0, "adaLnRank=" + adaLnRank + " must be 0 (separate matrices) or more");
        }

        /** D, width of a head. */
        public int headDim() {
            return dim / heads;
        }
    }

    /**
     * Self-attention in windows.
     *
     * @param height tokens from top to bottom of a spatiotemporal window at the base size
     * @param width tokens from left to right of a spatiotemporal window at the base size
     * @param time how a token's latent frame is encoded
     * @param space how a token's position in the frame is encoded
     * @param relativeBias Swin's learned bias by relative position, per layer and head
     * @param qkNorm normalisation of queries and keys over the head width
     */
    public record Windows(int height, int width, TimePosition time, SpacePosition space, boolean relativeBias, QkNorm qkNorm) {
        public Windows {
            positive("windowHeight", height);
            positive("windowWidth", width);
            require(space != SpacePosition.AXIAL_ROTARY || time == TimePosition.ROTARY,
                    "space=AXIAL_ROTARY needs time=ROTARY, not " + time + ": its rotary embedding has an axis for time");
        }

        /** Whether queries and keys have an axial rotary embedding. */
        boolean axial() {
            return space == SpacePosition.AXIAL_ROTARY;
        }
    }

    /**
     * Text conditioning and cross-attention.
     *
     * @param dim width of the text encoder's states, 0 without text
     * @param cross which windows the cross-attention uses
     * @param every cross-attention in every n-th layer, 1 in the paper. Differs: 2 keeps it in the spatial layers only
     * @param onlyKeys whether cross-attention sees the text alone. Differs: in the paper it sees the window's own tokens too
     * @param norm whether states are whitened by the statistics in the weights, and layer-normalised after their projection
     */
    public record Text(int dim, Cross cross, int every, boolean onlyKeys, boolean norm) {
        /** No text. */
        public static final Text NONE = new Text(0, Cross.NONE, 1, false, false);

        public Text {
            positive("crossEvery", every);
            require(dim >= 0, "textDim=" + dim + " must be 0 or more");
            require((cross != Cross.NONE) == (dim > 0),
                    "cross=" + cross + " does not go with textDim=" + dim + ": text needs cross-attention, and the reverse");
            require(!norm || dim > 0, "textNorm=true needs text: textDim=0");
        }
    }

    /**
     * Inputs besides the noisy latent.
     *
     * @param selfConditioning the network's last estimate
     * @param frameCondition given frames and their mask
     * @param lowResolution the latent of the stage before, at half the size
     */
    public record Inputs(boolean selfConditioning, boolean frameCondition, boolean lowResolution) {}

    /**
     * LEARNED: a table added to the tokens (the paper). ROTARY: queries and keys of spatiotemporal layers have a rotary embedding by
     * their frame, which is relative, so a stream has no last frame; a learned vector marks the very first frame, which the
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
        require(classes >= 0, "classes=" + classes + " must be 0 or more");
        require(text.dim == 0 || classes == 0, "textDim=" + text.dim + " and classes=" + classes + " exclude each other");
        require(tokens.gridHeight % windows.height == 0 && tokens.gridWidth % windows.width == 0,
                "windows of " + windows.height + "x" + windows.width + " tokens do not tile the grid of " + tokens.gridHeight + "x" + tokens.gridWidth);
        require(!windows.axial() || (width.dim % 4 == 0 && width.headDim() >= 8),
                "space=AXIAL_ROTARY needs dim=" + width.dim + " to be a multiple of 4 and heads of width 8 or more, not " + width.headDim());
    }

    private static void positive(String name, int value) {
        require(value > 0, name + "=" + value + " must be above 0");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfigException(sentence);
        }
    }

    /** Channels that enter: noisy, own estimate, given frames with their mask, upscaled low resolution. 3c + 1 for the base model. */
    public int inputChannels() {
        return tokens.latentChannels * (1 + (inputs.selfConditioning ? 1 : 0) + (inputs.frameCondition ? 1 : 0) + (inputs.lowResolution ? 1 : 0))
                + (inputs.frameCondition ? 1 : 0);
    }

    /** Layers 0, 2, 4, ... attend inside one frame, the others over time. */
    static boolean spatial(int layer) {
        return layer % 2 == 0;
    }

    boolean crossIn(int layer) {
        return text.cross != Cross.NONE && layer % text.every == 0;
    }

    /** Whether the cross-attention of this layer uses windows over time. */
    boolean crossOverTime(int layer) {
        return text.cross == Cross.WINDOW && !spatial(layer);
    }

    /**
     * The form in files.
     *
     * @param space null in files from before there was a choice, for LEARNED
     * @param textNorm null in files from before there was a choice, for false
     */
    record Flat(
            int latentChannels, int frames, int gridHeight, int gridWidth, int patch, int dim, int layers, int heads, int mlp, int windowHeight,
            int windowWidth, TimePosition time, boolean relativeBias, QkNorm qkNorm, int adaLnRank, Cross cross, int crossEvery,
            boolean textOnlyKeys, int textDim, int classes, boolean selfConditioning, boolean frameCondition, boolean lowResolution,
            @Nullable SpacePosition space, @Nullable Boolean textNorm) {}

    /** In configurations the name of a preset may stand for all settings. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WaltConfig named(String preset) {
        return WaltPresets.named(preset);
    }

    /** The same network with windows over all of a frame: full attention in its spatiotemporal layers. */
    public WaltConfig withFullAttention() {
        var whole = new Windows(tokens.gridHeight, tokens.gridWidth, windows.time, windows.space, windows.relativeBias, windows.qkNorm);
        return new WaltConfig(tokens, width, whole, text, classes, inputs);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WaltConfig of(Flat f) {
        return new WaltConfig(
                new TokenGrid(f.latentChannels, f.frames, f.gridHeight, f.gridWidth, f.patch),
                new Width(f.dim, f.layers, f.heads, f.mlp, f.adaLnRank),
                new Windows(f.windowHeight, f.windowWidth, f.time, f.space == null ? SpacePosition.LEARNED : f.space, f.relativeBias, f.qkNorm),
                new Text(f.textDim, f.cross, f.crossEvery, f.textOnlyKeys, f.textNorm != null && f.textNorm), f.classes,
                new Inputs(f.selfConditioning, f.frameCondition, f.lowResolution));
    }

    @JsonValue
    Flat flat() {
        return new Flat(
                tokens.latentChannels, tokens.frames, tokens.gridHeight, tokens.gridWidth, tokens.patch, width.dim, width.layers, width.heads,
                width.mlp, windows.height, windows.width, windows.time, windows.relativeBias, windows.qkNorm, width.adaLnRank, text.cross, text.every,
                text.onlyKeys, text.dim, classes, inputs.selfConditioning, inputs.frameCondition, inputs.lowResolution, windows.space, text.norm);
    }
}
