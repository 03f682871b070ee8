package org.praxino.app.verify;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.app.verify.Check.OfTensors;
import org.praxino.app.verify.Check.OfText;
import org.praxino.text.BertConfig;
import org.praxino.text.BertEncoder;
import org.praxino.text.T5Config;
import org.praxino.text.T5Encoder;
import org.praxino.tensor.DType;

/** The components that golden cases can name. */
final class Components {
    private static final Map<String, Check> ALL = new TreeMap<>(Map.of(
            "hf.bert", (OfTensors) (g, d) -> TextCases.states(g, d, (c, w) -> BertEncoder.load(BertConfig.of(c), w, d, DType.F32, g.name())),
            "hf.t5", (OfTensors) (g, d) -> TextCases.states(g, d, (c, w) -> T5Encoder.load(T5Config.of(c), w, d, DType.F32, g.name())),
            "text.clean", (OfText) TextCases::cleaning,
            "loss.dmd", (OfTensors) LossCases::dmd,
            "metric.frechet", (OfTensors) MetricCases::frechet,
            "sampler.ddim", (OfTensors) SamplerCases::ddim,
            "sampler.flow_euler", (OfTensors) SamplerCases::euler,
            "schedule.flow_match", (OfTensors) SamplerCases::flowMatch));

    private Components() {}

    static @Nullable Check of(String component) {
        return ALL.get(component);
    }

    static Set<String> known() {
        return ALL.keySet();
    }
}
