package org.praxino.app.bench;

import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.condition.LowResolution;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.walt.WaltConfig;

/** Random input of a transformer's own shape, with every condition that it takes. */
final class PresetInput {
    private static final int WORDS = 16;

    private PresetInput() {}

    static DenoiserInput of(WaltConfig c, int batch, Device device) {
        var random = RandomStream.of(1, "preset");
        var t = c.tokens();
        int height = t.gridHeight() * t.patch();
        int width = t.gridWidth() * t.patch();
        Tensor noisy = random.normal(batch, t.latentChannels(), t.frames(), height, width).to(device);
        var in = DenoiserInput.clips(noisy, Levels.all(500, batch, t.frames()), condition(c, batch, random, device));
        if (c.inputs().frameCondition()) {
            in = in.withGiven(GivenFrames.first(noisy, 1));
        }
        if (c.inputs().selfConditioning()) {
            in = in.withSelfEstimate(noisy);
        }
        if (c.inputs().lowResolution()) {
            Tensor low = random.normal(batch, t.latentChannels(), t.frames(), height / 2, width / 2).to(device);
            in = in.withLowRes(new LowResolution(low, Tensor.full(100, DType.F32, device, batch)));
        }
        return in;
    }

    private static Condition condition(WaltConfig c, int batch, RandomStream random, Device device) {
        if (c.text().dim() > 0) {
            return new Condition.Text(random.normal(batch, WORDS, c.text().dim()).to(device), Tensor.ones(DType.BOOL, device, batch, WORDS));
        }
        return c.classes() > 0 ? Condition.classes(device, new long[batch]) : new Condition.None();
    }

    /** {@code [1, 8, 5, 16, 16], 16 words}. */
    static String shape(WaltConfig c, int batch) {
        var t = c.tokens();
        String told = c.text().dim() > 0 ? ", " + WORDS + " words" : c.classes() > 0 ? ", " + c.classes() + " classes" : "";
        String windows = c.windows().height() == t.gridHeight() && c.windows().width() == t.gridWidth() ? ", full attention"
                : ", windows of " + c.windows().height() + "x" + c.windows().width();
        return "[%d, %d, %d, %d, %d]%s%s".formatted(batch, t.latentChannels(), t.frames(), t.gridHeight() * t.patch(), t.gridWidth() * t.patch(), told, windows);
    }

    /** Words that count in FLOPs. */
    static int words(WaltConfig c) {
        return c.text().dim() > 0 ? WORDS : 0;
    }
}
