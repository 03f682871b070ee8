package org.praxino.stream.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.praxino.io.Json;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.VideoModel;
import org.praxino.stream.drift.DriftDetector;
import org.praxino.stream.timeline.ActivePrompt;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * Saves a stream as a snapshot. Layout: one safetensors file with the KV cache, clean blocks and decoder state as tensors
 * ({@code rollout.*}, {@code anchor.*}, {@code decoder.*}), and a {@link Header} as JSON in the file header's entry {@value #KEY}.
 */
public final class Snapshot {
    public static final String KEY = "praxino.stream";

    /** The format version written and read. */
    static final int FORMAT = 1;

    private static final String ROLLOUT = "rollout.";
    private static final String ANCHOR = "anchor.";
    private static final String DECODER = "decoder.";
    private static final String OVERLAP_FRAME = "joint";

    /** JSON fields that may be null: {@link StreamPosition#activePrompt}, the previous prompt of a blend, and unset drift statistics. */
    private static final Set<String> NULLABLE = Set.of("passage", "before", "anchor", "smoothed");

    /**
     * The JSON header.
     *
     * @param format of this record and the names of the tensors
     * @param version of Praxino
     * @param model its name, for messages
     * @param hash of its weights
     * @param timeline as a document
     * @param liveCues times of cues added while it ran
     * @param position of the saved state
     * @param nextFrame the next frame to show
     * @param driftState state of the drift detector
     * @param alarmBefore whether the last but one block raised an alarm
     * @param alarm whether the last block did
     */
    public record Header(
            int format,
            String version,
            String model,
            String hash,
            String timeline,
            @JsonProperty("live") Set<Double> liveCues,
            @JsonProperty("head") StreamPosition position,
            @JsonProperty("from") long nextFrame,
            @JsonProperty("guard") DriftDetector.State driftState,
            boolean alarmBefore,
            boolean alarm) {
        /** The active prompts. */
        public List<String> prompts() {
            return position.activePrompt() == null ? List.of() : position.activePrompt().prompts().toList();
        }
    }

    private Snapshot() {}

    public static void write(Path file, SessionStart start, ModelInfo info) {
        StreamCheckpoint checkpoint = java.util.Objects.requireNonNull(start.checkpoint());
        StreamCheckpoint.DecoderState decoderState = checkpoint.decoderState();
        var header = new Header(
                FORMAT, VideoModel.version(), info.name(), info.hash(), start.timeline().toJson(), new TreeSet<>(start.liveCues()),
                        checkpoint.position(),
                start.firstFrame(), decoderState.driftState(), checkpoint.alarmBefore(), decoderState.alarm());
        try (var scope = Scope.open("snapshot")) {
            var tensors = new LinkedHashMap<String, Tensor>();
            checkpoint.rollout().state().forEach((name, t) -> tensors.put(ROLLOUT + name, t));
            checkpoint.anchor().state().forEach((name, t) -> tensors.put(ANCHOR + name, t));
            for (int i = 0; i < decoderState.decoder().size(); i++) {
                tensors.put(DECODER + i, decoderState.decoder().get(i));
            }
            if (decoderState.overlapFrame() != null) {
                tensors.put(OVERLAP_FRAME, decoderState.overlapFrame());
            }
            SafetensorsWriter.to(file).metadata(Map.of(KEY, Json.line(header))).write(tensors);
        }
    }

    /**
     * Reads a snapshot. The caller closes the checkpoint. On the engine's thread.
     *
     * @throws UserException if it is not a snapshot, or belongs to another model or version
     */
    public static SessionStart read(Path file, Networks networks) {
        try (var weights = SafetensorsFile.open(file);
                var scope = Scope.open("read snapshot")) {
            Header header = header(file, weights.metadata());
            ModelInfo info = networks.info();
            if (!header.hash.equals(info.hash())) {
                throw new UserException(file + " is a snapshot of model " + header.model + " (" + shortened(header.hash) + "), this is " + info.name()
                        + " (" + shortened(info.hash()) + "): it can be continued by the same weights only");
            }
            if (!isNear(header.position.frame(), header.nextFrame, StreamPosition.BlockShape.of(networks).full())) {
                throw invalid(file, "its state was taken too long before frame " + header.nextFrame);
            }
            var rollout = networks.rollout();
            var anchor = new Anchor();
            var checkpoint = new StreamCheckpoint(header.position, rollout, anchor, header.alarmBefore);
            try {
                rollout.restore(tensorsUnder(weights, ROLLOUT));
                var blocks = new LinkedHashMap<String, Tensor>();
                tensorsUnder(weights, ANCHOR).forEach((name, t) -> blocks.put(name, t.to(networks.device())));
                anchor.restore(blocks);
                List<Tensor> decoder = new ArrayList<>();
                Map<String, Tensor> parts = tensorsUnder(weights, DECODER);
                for (Tensor t = parts.get("0"); t != null; t = parts.get(String.valueOf(decoder.size()))) {
                    decoder.add(t.to(networks.device()));
                }
                Tensor overlapFrame = weights.names().contains(OVERLAP_FRAME) ? weights.read(OVERLAP_FRAME).to(networks.device()).copy().own() : null;
                checkpoint.setDecoderState(new StreamCheckpoint.DecoderState(StreamCheckpoint.owned(decoder), overlapFrame,
                        header.driftState, header.alarm));
                return new SessionStart(Timeline.parse(header.timeline, file.toString(), Path.of("")), header.liveCues, checkpoint, header.nextFrame);
            } catch (RuntimeException e) {
                checkpoint.close();
                throw e;
            }
        }
    }

    public static Header header(Path file, Map<String, String> metadata) {
        String json = metadata.get(KEY);
        if (json == null) {
            throw new UserException(file + " is not the snapshot of a stream");
        }
        var tree = Json.parse(json, file.toString(), JsonNode.class);
        int format = tree.path("format").asInt(-1);
        String version = tree.path("version").asString("unknown");
        if (format != FORMAT || !version.equals(VideoModel.version())) {
            throw new UserException(file + " is a snapshot of Praxino " + version + " (format " + format + "), this is " + VideoModel.version()
                    + " (format " + FORMAT + "): continue it with the version that took it");
        }
        requireNoNulls(tree, "", file);
        Header header = Json.fromTree(tree, file.toString(), Header.class);
        StreamPosition position = header.position;
        if (header.nextFrame < position.frame()) {
            throw invalid(file, "it continues with frame " + header.nextFrame + ", before its state was taken");
        }
        if (position.block() < 0 || position.block() > position.frame()
                || position.sceneBlock() > position.block()) { // a block shows a frame at least
            throw invalid(file, "no stream comes to block " + position.block() + " of a scene from " + position.sceneBlock()
                    + " on with frame " + position.frame());
        }
        List<String> prompts = header.prompts();
        if (prompts.size() > ActivePrompt.MAX_PROMPTS || prompts.stream().anyMatch(p -> Cue.isEmpty(p) || p.length() > Cue.MAX_CHARACTERS)) {
            throw invalid(file, "its prompts in force are at most " + ActivePrompt.MAX_PROMPTS + ", of 1 to " + Cue.MAX_CHARACTERS
                    + " characters each");
        }
        return header;
    }

    /** Rejects null in fields that must not be null, at any depth. @param name of the field */
    private static void requireNoNulls(JsonNode node, String name, Path file) {
        if (node.isNull() && !NULLABLE.contains(name)) {
            throw invalid(file, "its " + name + " is null");
        }
        if (node.isObject()) {
            node.properties().forEach(field -> requireNoNulls(field.getValue(), field.getKey(), file));
        } else {
            node.forEach(one -> requireNoNulls(one, "list of " + name, file));
        }
    }

    /** Whether the saved state is as close to the next frame as streams leave it: frames in between are generated but not shown. */
    public static boolean isNear(long made, long from, int blockFrames) {
        return from - made <= (StreamOptions.SPARSE_STRIDE + 1L) * blockFrames;
    }

    public static UserException invalid(Path file, String reason) {
        return new UserException(file + " is not the snapshot of a stream: " + reason);
    }

    private static Map<String, Tensor> tensorsUnder(SafetensorsFile file, String prefix) {
        var found = new LinkedHashMap<String, Tensor>();
        for (String name : file.names()) {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), file.read(name));
            }
        }
        return found;
    }

    private static String shortened(String hash) {
        return hash.substring(0, Math.min(12, hash.length()));
    }
}
