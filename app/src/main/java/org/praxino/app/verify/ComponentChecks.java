package org.praxino.app.verify;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.app.verify.ComponentCheck.OfTensors;
import org.praxino.app.verify.ComponentCheck.OfText;
import org.praxino.tensor.DType;
import org.praxino.text.BertConfig;
import org.praxino.text.BertEncoder;
import org.praxino.text.T5Config;
import org.praxino.text.T5Encoder;

/** The components with golden cases. */
final class ComponentChecks {
    private static final Map<String, ComponentCheck> ALL = new TreeMap<>(Map.ofEntries(
            entry("checkpoint.torch", (OfTensors) CheckpointCases::torch),
            entry("diffusers.wan_transformer", (OfTensors) WanCases::diffusersTransformer),
            entry("diffusers.wan_vae", (OfTensors) WanCases::diffusersVae),
            entry("hf.bert", TextCases.states((c, w, d) -> BertEncoder.load(BertConfig.of(c), w, d, DType.F32, c.where()))),
            entry("hf.t5", TextCases.states((c, w, d) -> T5Encoder.load(T5Config.of(c), w, d, DType.F32, c.where()))),
            entry("hf.umt5", TextCases.states((c, w, d) -> T5Encoder.load(T5Config.of(c), w, d, DType.F32, c.where()))),
            entry("loss.dmd", (OfTensors) LossCases::dmd),
            entry("metric.frechet", (OfTensors) MetricCases::frechet),
            entry("sampler.ddim", (OfTensors) SamplerCases::ddim),
            entry("sampler.flow_euler", (OfTensors) SamplerCases::euler),
            entry("sampler.flow_unipc", (OfTensors) SamplerCases::uniPc),
            entry("schedule.flow_match", (OfTensors) SamplerCases::flowMatch),
            entry("text.clean", (OfText) TextCases::cleaning),
            entry("wan.block_causal", (OfTensors) WanCases::blockCausal),
            entry("wan.causal", (OfTensors) WanCases::causal),
            entry("wan.transformer", (OfTensors) WanCases::transformer),
            entry("wan.umt5", TextCases.states(
                    (c, w, d) -> T5Encoder.load(T5Config.ofWan(c), T5Config.WAN_NAMES.apply(w), d, DType.F32, c.where()))),
            entry("wan.vae", (OfTensors) WanCases::vae)));

    private ComponentChecks() {}

    static @Nullable ComponentCheck of(String component) {
        return ALL.get(component);
    }

    static Set<String> known() {
        return ALL.keySet();
    }
}
