package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.praxino.server.Running.error;
import static org.praxino.server.Running.json;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.Running;
import org.praxino.server.TestModel;
import tools.jackson.databind.JsonNode;

/** A model with a few-step student: which of the two makes what. */
class StudentTest {
    @TempDir
    Path folder;

    @Test
    void theStudentIsTheDefaultAndTheTeacherDoesWhatItCannot() {
        try (var s = Running.start(folder, c -> c, new TestModel(true))) {
            JsonNode quick = s.created(s.post("/v1/videos", "{\"prompt\": \"a ball\", \"num_frames\": 9, \"seed\": 1}"));
            assertThat(quick.get("teacher").booleanValue()).isFalse();
            assertThat(quick.get("num_inference_steps").intValue()).isEqualTo(2);
            JsonNode slow = s.created(s.post("/v1/videos", "{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 3}"));
            assertThat(slow.get("teacher").booleanValue()).isTrue();
            JsonNode asked = s.created(s.post("/v1/videos", "{\"prompt\": \"a ball\", \"num_frames\": 5, \"teacher\": true}"));
            assertThat(asked.get("num_inference_steps").intValue()).isEqualTo(4);
            for (JsonNode job : List.of(quick, slow, asked)) {
                JsonNode done = s.awaitEnd(job.get("id").stringValue());
                assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
            }
            String id = quick.get("id").stringValue();
            JsonNode edit = s.created(s.post("/v1/videos/edits", "{\"prompt\": \"a cube\", \"video\": {\"id\": \"" + id + "\"}}"));
            assertThat(edit.get("teacher").booleanValue()).isTrue();
            assertThat(edit.get("num_inference_steps").intValue()).as("the teacher's own, not the student's").isEqualTo(4);
            assertThat(s.awaitEnd(edit.get("id").stringValue()).get("status").stringValue()).isEqualTo("completed");
            error(s.post("/v1/videos/edits", "{\"prompt\": \"a\", \"teacher\": false, \"video\": {\"id\": \"" + id + "\"}}"), 400, "not_supported");
            error(s.post("/v1/videos", "{\"prompt\": \"a\", \"teacher\": false, \"num_inference_steps\": 3}"), 400, "invalid_value");
            JsonNode can = json(s.get("/v1/models")).get("data").get(0).get("capabilities");
            assertThat(can.get("live").booleanValue()).isTrue();
            assertThat(can.get("parameters").get("properties").has("teacher")).isTrue();
        }
    }
}
