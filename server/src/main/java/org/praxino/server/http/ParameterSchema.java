package org.praxino.server.http;

import org.praxino.server.engine.ServedModel;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.ResolvedRequest;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's parameters with their defaults as a JSON schema, for generating controls. {@code x-step} and {@code x-usual-maximum} are hints
 * for sliders.
 */
final class ParameterSchema {
    private ParameterSchema() {}

    static ObjectNode of(ServedModel model) {
        var info = model.info();
        ResolvedRequest own = model.resolve(model.warmUpRequest());
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        schema.putArray("required").add("prompt");
        ObjectNode p = schema.putObject("properties");
        p.putObject("prompt").put("title", "Prompt").put("type", "string").put("maxLength", GenerateRequest.MAX_CHARACTERS);
        p.putObject("negative_prompt").put("title", "Lead away from").put("type", "string").put("maxLength", GenerateRequest.MAX_CHARACTERS);
        p.putObject("size").put("title", "Size").put("type", "string").putArray("enum").add(info.size().width() + "x" + info.size().height());
        p.putObject("num_frames").put("title", "Frames").put("type", "integer").put("minimum", 1).put("maximum", model.maxFrames(false))
                .put("default", info.size().frames()).put("x-step", 4).put("x-usual-maximum",
                        Math.min(model.maxFrames(false), 4 * info.size().frames() - 3))
                .put("description", "1 + 4k");
        p.putObject("seconds").put("title", "Seconds").put("type", "number").put("exclusiveMinimum", 0)
                .put("maximum", model.maxFrames(false) / info.size().fps());
        p.putObject("fps").put("title", "Frames a second").put("type", "number").put("exclusiveMinimum", 0).put("maximum", 60)
                .put("default", info.size().fps());
        p.putObject("seed").put("title", "Seed").put("type", "integer");
        p.putObject("num_inference_steps").put("title", "Steps").put("type", "integer").put("minimum", 1).put("maximum", 1000)
                .put("default", own.steps())
                .put("x-usual-maximum", 100);
        p.putObject("guidance_scale").put("title", "Guidance").put("type", "number").put("minimum", 0).put("maximum", 100).put("default",
                own.guidance())
                .put("x-usual-maximum", 12);
        if (model.canStream()) {
            p.putObject("teacher").put("title", "Teacher").put("type", "boolean").put("default", false)
                    .put("description", "the slower network with steps, guidance and negative prompt");
        }
        p.putObject("badge").put("title", "Visible mark").put("type", "boolean").put("default", false)
                .put("description", "mark every frame visibly as generated");
        var formats = p.putObject("format").put("title", "File").put("type", "string").put("default", "mp4").putArray("enum");
        for (var format : JobSpec.Format.values()) {
            formats.add(format.extension());
        }
        return schema;
    }
}
