package org.praxino.app;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.WeightSource;

/** Describes a model folder. */
final class ModelInfoText {
    private ModelInfoText() {}

    static Map<String, String> of(ModelFolder model) {
        ModelInfo info = model.info();
        var facts = new LinkedHashMap<String, String>();
        facts.put("model", info.name() + " (" + info.kind() + ")");
        facts.put("folder", model.path().toString());
        facts.put("makes", clip(info.size()));
        facts.put("licence", info.licence());
        facts.put("hash", info.hash());
        for (ModelInfo.Component c : info.components()) {
            long bytes = c.files().stream().mapToLong(ModelInfo.FileInfo::bytes).sum();
            facts.put(c.folder(), String.format(Locale.ROOT, "%s, %s%.1f MB", c.type(), parameters(model, c), bytes / 1e6));
        }
        if (model.has(ModelFolder.DENOISER) && model.type(ModelFolder.DENOISER).equals("walt.transformer")) {
            var classes = WaltComponents.denoiserFile(model).classes();
            for (int i = 0; i < classes.size(); i++) {
                facts.put("class " + i, classes.get(i));
            }
        }
        var p = info.provenance();
        facts.put("trained on", String.format(Locale.ROOT, "%,d samples%s", p.samplesSeen(), p.dataDigest() == null ? "" : " of data "
                + p.dataDigest()));
        facts.put("made", p.createdAt() + " by praxino " + p.praxinoVersion() + (p.gitCommit() == null ? "" : " (" + p.gitCommit() + ")") + " on "
                + p.host().processor() + ", " + p.host().cores() + (p.host().cores() == 1 ? " core" : " cores"));
        if (!p.parents().isEmpty()) {
            facts.put("began from", String.join(", ", p.parents()));
        }
        return facts;
    }

    /** One line for the list of models. */
    static String line(ModelInfo info) {
        return clip(info.size()) + ", " + info.kind() + ", " + info.licence();
    }

    /** {@code 128x128, 33 frames at 12 a second (2.8 s)}. */
    private static String clip(ModelInfo.ClipSize size) {
        return String.format(Locale.ROOT, "%dx%d, %d frames at %s a second (%.1f s)", size.width(), size.height(), size.frames(),
                number(size.fps()), size.frames() / size.fps());
    }

    /** A component whose weights come from a package, such as a text encoder, has no weight files. */
    private static String parameters(ModelFolder model, ModelInfo.Component c) {
        if (c.files().stream().noneMatch(f -> f.name().endsWith(".safetensors"))) {
            return "";
        }
        try (var weights = model.weights(c.folder())) {
            return count(parameters(weights)) + " parameters, ";
        }
    }

    static long parameters(WeightSource weights) {
        return weights.names().stream().mapToLong(n -> Arrays.stream(weights.shape(n)).reduce(1, (a, b) -> a * b)).sum();
    }

    /** {@code 1.5 k}, {@code 22.6 M}. */
    static String count(long n) {
        if (n < 1000) {
            return String.valueOf(n);
        }
        return n < 1_000_000
                ? String.format(Locale.ROOT, "%.1f k", n / 1e3)
                : n < 1_000_000_000 ? String.format(Locale.ROOT, "%.1f M", n / 1e6) : String.format(Locale.ROOT, "%.2f G", n / 1e9);
    }

    private static String number(double d) {
        return d == Math.rint(d) ? String.valueOf((long) d) : String.valueOf(d);
    }
}
