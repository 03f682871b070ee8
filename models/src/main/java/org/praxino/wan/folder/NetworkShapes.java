package org.praxino.wan.folder;

import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Params;
import org.praxino.tensor.WeightSource;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;

/** Names and shapes of a network's weights, found by building it without values; and a configuration from shapes. */
final class NetworkShapes {
    /** Width of a head in all published models. */
    private static final int HEAD = 128;

    private NetworkShapes() {}

    static Map<String, long[]> of(WanConfig config) {
        try (var network = new WanTransformer(config, Params.counting())) {
            return shapes(network.params());
        }
    }

    static Map<String, long[]> of(WanVaeConfig config) {
        try (var network = new WanVae(config, Params.counting())) {
            return shapes(network.params());
        }
    }

    private static Map<String, long[]> shapes(Params params) {
        var all = new LinkedHashMap<String, long[]>();
        params.all().forEach((name, tensor) -> all.put(name, tensor.shape()));
        return all;
    }

    /** @throws ConfigException when the weights are not those of such a transformer */
    static WanConfig config(WeightSource w, String what) {
        String patch = "patch_embedding.weight";
        String head = "head.head.weight";
        if (!w.names().contains(patch) || !w.names().contains(head) || w.shape(patch).length != 5 || w.shape(head)[1] % HEAD != 0) {
            throw new ConfigException(what + " holds no transformer of Wan 2.1: it has no " + patch + ", " + head
                    + " of the expected shape (its first names are " + String.join(", ", w.names().stream().limit(3).toList()) + "), and no config.json beside it tells what else it is");
        }
        long[] p = w.shape(patch); // [C, c, 1, h, w]
        int dim = (int) p[0];
        int layers = (int) w.names().stream().filter(n -> n.matches("blocks\\.\\d+\\.modulation")).count();
        long[] ffn = size(w, "blocks.0.ffn.0.weight", what);
        long[] time = size(w, "time_embedding.0.weight", what);
        long[] text = size(w, "text_embedding.0.weight", what);
        boolean picture = w.names().contains("img_emb.proj.1.weight");
        boolean positions = w.names().contains("img_emb.emb_pos");
        return new WanConfig(
                (int) p[1], (int) (w.shape(head)[0] / (p[3] * p[4])), (int) p[3], (int) p[4], dim, (int) ffn[0], (int) time[1], layers, dim / HEAD,
                (int) text[1], 512, picture ? (int) w.shape("img_emb.proj.1.weight")[1] : 0, positions ? (int) w.shape("img_emb.emb_pos")[1] : 0,
                w.names().contains("blocks.0.norm3.weight"), 1e-6);
    }

    private static long[] size(WeightSource w, String name, String what) {
        if (!w.names().contains(name)) {
            throw new ConfigException(what + " holds no whole transformer of Wan 2.1: it has no " + name);
        }
        return w.shape(name);
    }
}
