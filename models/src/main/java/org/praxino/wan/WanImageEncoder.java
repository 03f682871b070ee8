package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.io.RenamedWeights;
import org.praxino.nn.Linear;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * The image encoder of Wan 2.1's image-to-video models: the picture half of CLIP (Radford et al. 2021, arXiv 2103.00020; the published one
 * is open_clip's ViT-H/14 with XLM-RoBERTa) without its last layer, whose input is what Wan sees. Weight names are those of {@code
 * models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth}; those of diffusers' folders are read too. B pictures, n tokens, D width.
 */
public final class WanImageEncoder implements AutoCloseable {
    private static final String PART = "visual.";

    /** Width of a head in ViT-H/14. */
    private static final int HEAD = 80;

    private static final double EPS = 1e-5;
    private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
    private static final double[] STD = {0.26862954, 0.26130258, 0.27577711};

    /**
     * Read from the shapes of the weights; ViT-H/14 has a width of 1280, an inner width of 5120, 32 layers and pictures of 224 pixels.
     *
     * @param width D, of heads of 80
     * @param inner width of the MLPs
     * @param layers of which the last one is not used
     * @param patch side of a token in pixels
     * @param picture side of the square that pictures are resized to
     */
    public record Shape(int width, int inner, int layers, int patch, int picture) {
        static Shape of(WeightSource weights, String what) {
            if (!weights.names().contains("patch_embedding.weight") || !weights.names().contains("pos_embedding")
                    || !weights.names().contains("transformer.0.mlp.0.weight")) {
                throw new ConfigException(what
                        + " holds no picture encoder of Wan's: its names should begin with visual.patch_embedding and the like");
            }
            long[] patch = weights.shape("patch_embedding.weight"); // [D, 3, p, p]
            long side = Math.round(Math.sqrt(weights.shape("pos_embedding")[1] - 1));
            int layers = 0;
            while (weights.names().contains("transformer." + layers + ".norm1.weight")) {
                layers++;
            }
            if (patch.length != 4 || patch[0] % HEAD != 0 || layers < 2) {
                throw new ConfigException(what + " holds another picture encoder than ViT-H/14: width " + patch[0] + ", " + layers + " layers");
            }
            return new Shape((int) patch[0], (int) weights.shape("transformer.0.mlp.0.weight")[0], layers, (int) patch[3], (int) (side * patch[3]));
        }
    }

    private record Layer(Tensor norm1Weight, Tensor norm1Bias, Linear qkv, Linear out, Tensor norm2Weight, Tensor norm2Bias, Linear wide,
            Linear narrow) {
        static Layer of(Params p, Shape s) {
            int d = s.width;
            return new Layer(
                    p.get("norm1.weight", Init.ones(), d), p.get("norm1.bias", Init.zeros(), d),
                    Linear.of(p.at("attn.to_qkv"), d, 3 * d, Init.normal(0.02)), Linear.of(p.at("attn.proj"), d, d, Init.normal(0.02)),
                    p.get("norm2.weight", Init.ones(), d), p.get("norm2.bias", Init.zeros(), d),
                    Linear.of(p.at("mlp.0"), d, s.inner, Init.normal(0.02)), Linear.of(p.at("mlp.2"), s.inner, d, Init.normal(0.02)));
        }

        /** [B, n, D] -> [B, n, D]. */
        Tensor forward(Tensor x) {
            long b = x.size(0);
            long n = x.size(1);
            long heads = x.size(2) / HEAD;
            List<Tensor> parts = qkv.apply(Ops.layerNorm(x, norm1Weight, norm1Bias, EPS)).reshape(b, n, 3, heads, HEAD)
                    .permute(2, 0, 3, 1, 4).chunk(3, 0); // [B, n, 3 D] -> [3, B, N, n, d]
            Tensor seen = Ops.attention(parts.get(0).squeeze(0), parts.get(1).squeeze(0), parts.get(2).squeeze(0), null)
                    .transpose(1, 2).reshape(b, n, heads * HEAD);
            Tensor y = x.add(out.apply(seen));
            return y.add(narrow.apply(wide.apply(Ops.layerNorm(y, norm2Weight, norm2Bias, EPS)).gelu()));
        }
    }

    private final Params params;
    private final Shape shape;
    private final Tensor patches; // [D, 3, p, p]
    private final Tensor whole; // [1, 1, D], the token that stands for all
    private final Tensor positions; // [1, n, D]
    private final Tensor normWeight;
    private final Tensor normBias;
    private final List<Layer> layers = new ArrayList<>();

    private WanImageEncoder(Shape shape, Params params) {
        this.params = params;
        this.shape = shape;
        int d = shape.width;
        long tokens = 1 + (long) (shape.picture / shape.patch) * (shape.picture / shape.patch);
        patches = params.get("patch_embedding.weight", Init.normal(0.02), d, 3, shape.patch, shape.patch);
        whole = params.get("cls_embedding", Init.normal(0.02), 1, 1, d);
        positions = params.get("pos_embedding", Init.normal(0.02), 1, tokens, d);
        normWeight = params.get("pre_norm.weight", Init.ones(), d);
        normBias = params.get("pre_norm.bias", Init.zeros(), d);
        for (int i = 0; i < shape.layers - 1; i++) {
            layers.add(Layer.of(params.at("transformer." + i), shape));
        }
        String last = "transformer." + (shape.layers - 1) + ".";
        params.finish(name -> name.startsWith(last) || name.startsWith("post_norm.") || name.equals("head"));
    }

    /** Loads the image half of a checkpoint, or Hugging Face's {@code CLIPVisionModel}. @param what named in errors */
    public static WanImageEncoder load(WeightSource weights, Device device, DType dtype, String what) {
        WeightSource visual = ClipVisionNames.are(weights) ? ClipVisionNames.of(weights) : RenamedWeights.below(weights, PART);
        return new WanImageEncoder(Shape.of(visual, what), Params.load(visual, device, dtype, what));
    }

    public Shape shape() {
        return shape;
    }

    /**
     * @param picture [B, 3, H, W] in [-1, 1], of any size: it is resized to a square, whatever its proportions
     * @return [B, n, D], 257 of 1280 for ViT-H/14
     */
    public Tensor encode(Tensor picture) {
        if (picture.dim() != 4 || picture.size(1) != 3) {
            throw new ShapeException("picture", "[B, 3, H, W]", picture.shape());
        }
        try (var guard = Grad.off();
                var scope = Scope.open("picture encoder")) {
            Tensor square = Ops.resizeBicubic(picture.to(DType.F32).to(params.device()), shape.picture, shape.picture).mul(0.5).add(0.5);
            Tensor even = square.sub(channels(MEAN)).div(channels(STD)).to(params.dtype());
            Tensor x = Ops.conv2d(even, patches, null, shape.patch, 0, 1).flatten(2, 3).transpose(1, 2); // [B, n - 1, D]
            x = Tensor.cat(1, whole.expand(x.size(0), 1, shape.width), x).add(positions);
            x = Ops.layerNorm(x, normWeight, normBias, EPS);
            for (Layer layer : layers) {
                try (var inner = Scope.open("layer")) {
                    x = inner.keep(layer.forward(x));
                }
            }
            return scope.keep(x);
        }
    }

    private Tensor channels(double[] values) {
        return Tensor.of(values, 1, 3, 1, 1).to(DType.F32).to(params.device());
    }

    @Override
    public void close() {
        params.close();
    }
}
