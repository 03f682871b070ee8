package org.praxino.app.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.KvCache;
import org.praxino.io.WeightNameMap;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.HubConfig;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanNames;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;

/** Wan's networks, under its own names for weights and under diffusers'. */
final class WanCases {
    private static final WeightNameMap OWN = WeightNameMap.of();

    private WanCases() {}

    private static HubConfig config(GoldenCase golden) {
        return new HubConfig(golden.config(), golden.folder() + "/case.json: config");
    }

    // ------------------------------------------------------------------ transformer

    static Map<String, Tensor> transformer(GoldenCase golden, Device device) {
        return velocity(golden, device, OWN, AttentionPolicy.FULL);
    }

    static Map<String, Tensor> diffusersTransformer(GoldenCase golden, Device device) {
        return velocity(golden, device, WanNames.TRANSFORMER, AttentionPolicy.FULL);
    }

    static Map<String, Tensor> blockCausal(GoldenCase golden, Device device) {
        return velocity(golden, device, OWN, new AttentionPolicy.BlockCausal(golden.integer("frames_per_block")));
    }

    private static WanTransformer open(GoldenCase golden, Device device, WeightNameMap names, long words, SafetensorsFile weights) {
        WanConfig config = WanConfig.of(config(golden));
        if (!golden.config().has("text_len")) {
            config = config.withTextLength((int) words); // diffusers' network takes texts as long as they are
        }
        return new WanTransformer(config, Params.load(names.apply(weights), device, DType.F32, golden.name()));
    }

    private static Map<String, Tensor> velocity(GoldenCase golden, Device device, WeightNameMap names, AttentionPolicy policy) {
        try (var scope = Scope.open("wan case");
                var weights = golden.weights();
                var in = golden.inputs()) {
            Tensor text = in.read("text").to(device);
            try (WanTransformer network = open(golden, device, names, text.size(1), weights)) {
                Tensor out = network.predict(input(in.read("latent").to(device), in.read("timestep").to(device), text), policy);
                return Map.of("velocity", scope.keep(out.to(Device.CPU)));
            }
        }
    }

    /** @param timestep [B] for whole clips or [B, T] */
    private static DenoiserInput input(Tensor latent, Tensor timestep, Tensor text) {
        int frames = (int) latent.size(2);
        double[] steps = timestep.to(DType.F64).toDoubleArray();
        double[][] levels = new double[(int) latent.size(0)][frames];
        for (int i = 0; i < levels.length * frames; i++) {
            levels[i / frames][i % frames] = steps[timestep.dim() == 1 ? i / frames : i];
        }
        return DenoiserInput.clips(
                latent, Levels.of(levels), new Condition.Text(text, Tensor.ones(DType.F32, text.device(), text.size(0), text.size(1))));
    }

    /** Call by call; the last call of a block keeps it. What is evicted, and how places are counted, is as in Self-Forcing's program. */
    static Map<String, Tensor> causal(GoldenCase golden, Device device) {
        int block = golden.integer("frames_per_block");
        int calls = golden.integer("calls");
        int each = golden.integer("calls_per_block");
        int limit = golden.config().path("local_attention_frames").asInt(-1);
        int sink = golden.config().path("sink_frames").asInt(0);
        int blocks = (calls + each - 1) / each;
        int window = limit < 0 ? Math.max(1, blocks * block - sink) : limit - sink - block; // the reference counts the block itself too
        if (window < 0) {
            throw new ConfigException(golden.folder() + "/case.json: " + limit + " frames are too few for a sink of " + sink
                    + " and a block of " + block);
        }
        var out = new LinkedHashMap<String, Tensor>();
        try (var scope = Scope.open("wan case");
                var weights = golden.weights();
                var in = golden.inputs()) {
            Tensor text = in.read("text").to(device);
            long[] shape = in.shape("latent_0");
            try (WanTransformer network = open(golden, device, OWN, text.size(1), weights);
                    var condition = network.prepare(input(in.read("latent_0"), in.read("timestep_0"), text).condition(), (int) shape[0]);
                    KvCache cache = network.openCache(shape[0], (int) shape[3], (int) shape[4], sink, window).numbered(KvCache.Positions.STREAM);
                    var off = Grad.off()) {
                for (int i = 0; i < calls; i++) {
                    DenoiserInput call = input(in.read("latent_" + i).to(device), in.read("timestep_" + i).to(device), text)
                            .withFirstFrame(cache.next());
                    Tensor velocity = network.predict(call, condition, new AttentionPolicy.Cached(cache, (i + 1) % each == 0));
                    out.put("velocity_" + i, scope.keep(velocity.to(Device.CPU)));
                }
            }
        }
        return out;
    }

    // ------------------------------------------------------------------ VAE

    static Map<String, Tensor> vae(GoldenCase golden, Device device) {
        try (var scope = Scope.open("wan vae case");
                var weights = golden.weights();
                var in = golden.inputs()) {
            var config = WanVaeConfig.of(config(golden), list(in.read("mean")), list(in.read("std")));
            try (var vae = new WanVae(config, Params.load(weights, device, DType.F32, golden.name()))) {
                Tensor encoded = vae.encode(in.read("video").to(device));
                streamed("encoded", golden, vae.openEncoder(), in.read("video").to(device), config.timeFactor(), encoded);
                Tensor latent = in.read("latent").to(device);
                Tensor mean = in.read("mean").to(device).reshape(-1, 1, 1, 1);
                Tensor std = in.read("std").to(device).reshape(-1, 1, 1, 1);
                Tensor decoded = vae.decodeRaw(latent.mul(std).add(mean));
                streamed("decoded", golden, vae.openDecoder(), latent, 1, decoded.clamp(-1, 1));
                return Map.of("encoded", scope.keep(encoded.to(Device.CPU)), "decoded", scope.keep(decoded.to(Device.CPU)));
            }
        }
    }

    static Map<String, Tensor> diffusersVae(GoldenCase golden, Device device) {
        try (var scope = Scope.open("wan vae case");
                var weights = golden.weights();
                var in = golden.inputs()) {
            var config = WanVaeConfig.of(config(golden), List.of(), List.of());
            var named = WanNames.vae(config).apply(weights);
            try (var vae = new WanVae(config, Params.load(named, device, DType.F32, golden.name()))) {
                Tensor mean = vae.encodeRaw(in.read("video").to(device));
                Tensor decoded = vae.decodeRaw(in.read("latent").to(device)).clamp(-1, 1);
                return Map.of("encoded_mean", scope.keep(mean.to(Device.CPU)), "decoded", scope.keep(decoded.to(Device.CPU)));
            }
        }
    }

    /** A stream, piece by piece, gives the same as the whole. */
    private static void streamed(String name, GoldenCase golden, VideoCodec.Streaming stream, Tensor whole, int group, Tensor expected) {
        try (stream) {
            var pieces = new ArrayList<Tensor>();
            for (int at = 0; at < whole.size(2); at += at == 0 ? 1 : group) {
                pieces.add(stream.next(whole.narrow(2, at, at == 0 ? 1 : group)));
            }
            double error = Distance.relative(name + " as a stream", Tensor.cat(pieces, 2), expected);
            if (error > golden.tolerance()) {
                throw new Distance.Mismatch(name + " as a stream differs from the whole clip by " + error);
            }
        }
    }

    private static List<Double> list(Tensor t) {
        return java.util.Arrays.stream(t.toDoubleArray()).boxed().toList();
    }
}
