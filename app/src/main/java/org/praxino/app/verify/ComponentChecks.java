package org.praxino.app.verify;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.app.verify.ComponentCheck.TensorCheck;
import org.praxino.app.verify.ComponentCheck.TextCheck;
import org.praxino.tensor.DType;
import org.praxino.text.BertConfig;
import org.praxino.text.BertEncoder;
import org.praxino.text.T5Config;
import org.praxino.text.T5Encoder;

/** The components with golden cases. */
final class ComponentChecks {
    private static final Map<String, ComponentCheck> ALL = new TreeMap<>(Map.ofEntries(
            entry("checkpoint.torch", (TensorCheck) CheckpointCases::torch),
            entry("diffusers.wan_transformer", (TensorCheck) WanCases::diffusersTransformer),
            entry("diffusers.wan_vae", (TensorCheck) WanCases::diffusersVae),
            entry("hf.bert", TextCases.states((c, w, d) -> BertEncoder.load(BertConfig.of(c), w, d, DType.F32, c.where()))),
            entry("hf.t5", TextCases.states((c, w, d) -> T5Encoder.load(T5Config.of(c), w, d, DType.F32, c.where()))),
            entry("hf.umt5", TextCases.states((c, w, d) -> T5Encoder.load(T5Config.of(c), w, d, DType.F32, c.where()))),
            entry("loss.dmd", (TensorCheck) LossCases::dmd),
            entry("metric.frechet", (TensorCheck) MetricCases::frechet),
            entry("sampler.ddim", (TensorCheck) SamplerCases::ddim),
            entry("sampler.flow_euler", (TensorCheck) SamplerCases::euler),
            entry("sampler.flow_unipc", (TensorCheck) SamplerCases::uniPc),
            entry("schedule.flow_match", (TensorCheck) SamplerCases::flowMatch),
            entry("text.clean", (TextCheck) TextCases::cleaning),
            entry("wan.block_causal", (TensorCheck) WanCases::blockCausal),
            entry("wan.causal", (TensorCheck) WanCases::causal),
            entry("wan.transformer", (TensorCheck) WanCases::transformer),
            entry("wan.umt5", TextCases.states(
                    (c, w, d) -> T5Encoder.load(T5Config.ofWan(c), T5Config.WAN_NAMES.apply(w), d, DType.F32, c.where()))),
            entry("wan.vae", (TensorCheck) WanCases::vae)));

    private ComponentChecks() {}

    static @Nullable ComponentCheck of(String component) {
        return ALL.get(component);
    }

    static Set<String> known() {
        return ALL.keySet();
    }
}
