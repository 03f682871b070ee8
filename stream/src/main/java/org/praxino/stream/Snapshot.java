package org.praxino.stream;

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
import org.praxino.stream.drift.DriftGuard;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Passage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/** A stream in one safetensors file: what it has seen as tensors, everything else as JSON in the header's {@value #KEY}. */
final class Snapshot {
    static final String KEY = "praxino.stream";

    /** The layout this version writes and reads. */
    static final int FORMAT = 1;

    private static final String ROLLOUT = "rollout.";
    private static final String ANCHOR = "anchor.";
    private static final String DECODER = "decoder.";
    private static final String JOINT = "joint";

    /** The only fields that may be null: {@link Head#passage}, what a blend leaves, and what the drift guard has not seen yet. */
    private static final Set<String> NULLABLE = Set.of("passage", "before", "anchor", "smoothed");

    /**
     * What the header says.
     *
     * @param format of this record and the names of the tensors
     * @param version of Praxino
     * @param model its name, for people
     * @param hash of its weights
     * @param timeline as a document
     * @param live times of cues that were given while it ran
     * @param head where the state was taken
     * @param from the frame that comes next
     * @param guard what the drift guard remembers
     * @param alarmBefore whether the last but one block raised an alarm
     * @param alarm whether the last block did
     */
    record Header(
            int format,
            String version,
            String model,
            String hash,
            String timeline,
            Set<Double> live,
            Head head,
            long from,
            DriftGuard.Memory guard,
            boolean alarmBefore,
            boolean alarm) {
        /** Those in force. */
        List<String> prompts() {
            return head.passage() == null ? List.of() : head.passage().prompts().toList();
        }
    }

    private Snapshot() {}

    static void write(Path file, Origin origin, ModelInfo info) {
        Mark mark = java.util.Objects.requireNonNull(origin.mark());
        Mark.Decoded decoded = mark.decoded();
        var header = new Header(
                FORMAT, VideoModel.version(), info.name(), info.hash(), origin.timeline().toJson(), new TreeSet<>(origin.live()), mark.head(),
                origin.from(), decoded.guard(), mark.alarmBefore(), decoded.alarm());
        try (var scope = Scope.open("snapshot")) {
            var tensors = new LinkedHashMap<String, Tensor>();
            mark.rollout().state().forEach((name, t) -> tensors.put(ROLLOUT + name, t));
            mark.anchor().state().forEach((name, t) -> tensors.put(ANCHOR + name, t));
            for (int i = 0; i < decoded.decoder().size(); i++) {
                tensors.put(DECODER + i, decoded.decoder().get(i));
            }
            if (decoded.joint() != null) {
                tensors.put(JOINT, decoded.joint());
            }
            SafetensorsWriter.to(file).metadata(Map.of(KEY, Json.line(header))).write(tensors);
        }
    }

    /**
     * Reads a snapshot into an origin whose mark the caller closes; on the engine's thread.
     *
     * @throws UserException when it is not a snapshot, or one of another model or version
     */
    static Origin read(Path file, Networks networks) {
        try (var weights = SafetensorsFile.open(file);
                var scope = Scope.open("read snapshot")) {
            Header header = header(file, weights.metadata());
            ModelInfo info = networks.info();
            if (!header.hash.equals(info.hash())) {
                throw new UserException(file + " is a snapshot of model " + header.model + " (" + shortened(header.hash) + "), this is " + info.name()
                        + " (" + shortened(info.hash()) + "): it can be continued by the very same weights only");
            }
            if (!near(header.head.frame(), header.from, Head.Shape.of(networks).full())) {
                throw none(file, "its state was taken too long before frame " + header.from);
            }
            var rollout = networks.rollout();
            var anchor = new Anchor();
            var mark = new Mark(header.head, rollout, anchor, header.alarmBefore);
            try {
                rollout.restore(part(weights, ROLLOUT));
                var blocks = new LinkedHashMap<String, Tensor>();
                part(weights, ANCHOR).forEach((name, t) -> blocks.put(name, t.to(networks.device())));
                anchor.restore(blocks);
                List<Tensor> decoder = new ArrayList<>();
                Map<String, Tensor> parts = part(weights, DECODER);
                for (Tensor t = parts.get("0"); t != null; t = parts.get(String.valueOf(decoder.size()))) {
                    decoder.add(t.to(networks.device()));
                }
                Tensor joint = weights.names().contains(JOINT) ? weights.read(JOINT).to(networks.device()).copy().own() : null;
                mark.fill(new Mark.Decoded(Mark.owned(decoder), joint, header.guard, header.alarm));
                return new Origin(Timeline.parse(header.timeline, file.toString(), Path.of("")), header.live, mark, header.from);
            } catch (RuntimeException e) {
                mark.close();
                throw e;
            }
        }
    }

    static Header header(Path file, Map<String, String> metadata) {
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
        whole(tree, "", file);
        Header header = Json.fromTree(tree, file.toString(), Header.class);
        Head head = header.head;
        if (header.from < head.frame()) {
            throw none(file, "it goes on with frame " + header.from + ", before its state was taken");
        }
        if (head.block() < 0 || head.block() > head.frame() || head.sceneBlock() > head.block()) { // a block shows a frame at least
            throw none(file, "no stream comes to block " + head.block() + " of a scene from " + head.sceneBlock() + " on with frame " + head.frame());
        }
        List<String> prompts = header.prompts();
        if (prompts.size() > Passage.MOST_PROMPTS || prompts.stream().anyMatch(p -> p.isBlank() || p.length() > Cue.MAX_CHARACTERS)) {
            throw none(file, "its prompts in force are at most " + Passage.MOST_PROMPTS + ", of 1 to " + Cue.MAX_CHARACTERS + " characters each");
        }
        return header;
    }

    /** Refuses a null where there must be something, however deep. @param name of the field */
    private static void whole(JsonNode node, String name, Path file) {
        if (node.isNull() && !NULLABLE.contains(name)) {
            throw none(file, "its " + name + " is null");
        }
        if (node.isObject()) {
            node.properties().forEach(field -> whole(field.getValue(), field.getKey(), file));
        } else {
            node.forEach(one -> whole(one, "list of " + name, file));
        }
    }

    /** Whether so little lies between the state and the frame that is wanted as a stream ever leaves there: what is made on the way is not shown. */
    static boolean near(long made, long from, int blockFrames) {
        return from - made <= (StreamOptions.STRIDE + 1L) * blockFrames;
    }

    static UserException none(Path file, String why) {
        return new UserException(file + " is not the snapshot of a stream: " + why);
    }

    private static Map<String, Tensor> part(SafetensorsFile file, String prefix) {
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
