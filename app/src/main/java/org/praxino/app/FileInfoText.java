package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.praxino.io.WeightFile;
import org.praxino.io.model.WeightFormats;
import org.praxino.io.torch.TorchCheckpoint;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.VideoInfo;
import org.praxino.media.VideoProbe;

/** Describes the contents of a file. */
final class FileInfoText {
    private FileInfoText() {}

    static Map<String, String> of(Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (WeightFormats.isWeights(file) || name.endsWith(".gguf")) {
            return weights(file);
        }
        return picture(file);
    }

    /** A video or image file, with its generation metadata if it has any. */
    private static Map<String, String> picture(Path file) throws IOException {
        VideoInfo info = VideoProbe.probe(file);
        var facts = new LinkedHashMap<String, String>();
        facts.put("file", file + String.format(Locale.ROOT, ", %.1f kB", Files.size(file) / 1e3));
        facts.put("picture", info.width() + "x" + info.height() + ", " + info.container() + ", " + info.codec());
        if (!info.isStill()) {
            String frames = info.frames() < 0 ? "" : info.frames() + " frames, ";
            String seconds = info.seconds() < 0 ? "of unknown length" : String.format(Locale.ROOT, "%.1f s", info.seconds());
            facts.put("length", frames + seconds + (info.fps() > 0 ? String.format(Locale.ROOT, " at %.3g a second", info.fps()) : ""));
        }
        GeneratedMetadata.read(file).ifPresent(m -> {
            facts.put("generated", GeneratedMetadata.STATEMENT);
            facts.put("prompt", m.prompt());
            facts.put("seed", String.valueOf(m.seed()));
            facts.put("model", m.model() + " (" + m.modelHash() + ")");
            facts.put("made by", "praxino " + m.version());
            facts.putAll(m.settings());
        });
        return facts;
    }

    private static Map<String, String> weights(Path file) throws IOException {
        var facts = new LinkedHashMap<String, String>();
        try (WeightFile weights = WeightFormats.open(file)) {
            var dtypes = new TreeMap<String, Long>();
            weights.names().forEach(n -> dtypes.merge(weights.dtype(n).name(), 1L, Long::sum));
            facts.put("file", file + String.format(Locale.ROOT, ", %.1f MB", Files.size(file) / 1e6));
            facts.put("tensors", weights.names().size() + ", " + ModelInfoText.count(ModelInfoText.parameters(weights)) + " numbers");
            if (weights instanceof TorchCheckpoint torch && torch.parts().size() < 20) {
                facts.put("parts", String.join(", ", torch.parts()));
            }
            facts.put("types", dtypes.toString().replaceAll("[{}]", "").replace("=", " x "));
            for (String n : new TreeSet<>(weights.names())) {
                facts.put("  " + n, weights.dtype(n) + " " + Arrays.toString(weights.shape(n)));
            }
        }
        return facts;
    }
}
