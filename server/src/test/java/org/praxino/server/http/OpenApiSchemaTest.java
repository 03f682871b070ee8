package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.server.TestServer;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** openapi.yaml is valid by the schema of OpenAPI 3.1 and of JSON Schema, its examples fit, and the server answers as it says. */
class OpenApiSchemaTest {
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @TempDir
    Path folder;

    private final ObjectNode document;

    OpenApiSchemaTest() throws Exception {
        document = (ObjectNode) Json.tree(new Load(LoadSettings.builder().setMaxAliasesForCollections(50).build()).loadFromString(InfoRoutes.openapi()));
    }

    private static void fits(Schema schema, JsonNode value, String where) {
        assertThat(schema.validate(value)).as("%s: %s", where, value).isEmpty();
    }

    /** A schema of the document, in which references to its components work. */
    private Schema schema(JsonNode node) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.putArray("allOf").add(node);
        whole.set("components", document.get("components"));
        return REGISTRY.getSchema(whole);
    }

    private JsonNode resolved(JsonNode node) {
        JsonNode reference = node.get("$ref");
        return reference == null ? node : resolved(document.at(reference.stringValue().substring(1)));
    }

    private static void walk(JsonNode node, String at, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(at, node);
        if (node.isObject()) {
            node.properties().forEach(e -> walk(e.getValue(), at + "/" + e.getKey().replace("/", "~1"), visitor));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), at + "/" + i, visitor);
            }
        }
    }

    @Test
    void theDocumentIsValid() throws Exception {
        try (var in = OpenApiSchemaTest.class.getResourceAsStream("openapi-3.1-schema.json")) {
            fits(REGISTRY.getSchema(in, InputFormat.JSON), document, "openapi.yaml");
        }
        Schema meta = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        var schemas = new ArrayList<String>();
        walk(document, "", (at, node) -> {
            if (at.endsWith("/schema") || at.matches("/components/schemas/[^/]+")) {
                schemas.add(at);
                fits(meta, node, at);
            }
            if (node.isObject() && node.has("$ref")) {
                assertThat(document.at(node.get("$ref").stringValue().substring(1)).isMissingNode()).as(at + " leads somewhere").isFalse();
            }
        });
        assertThat(schemas).hasSizeGreaterThan(50);
    }

    @Test
    void examplesFit() {
        var examples = new ArrayList<String>();
        walk(document, "", (at, node) -> {
            if (!node.isObject()) {
                return;
            }
            if (node.has("schema") && node.has("example")) { // of a media type
                examples.add(at);
                fits(schema(node.get("schema")), node.get("example"), at);
            } else if (node.has("examples") && node.get("examples").isArray()) { // of a schema
                examples.add(at);
                node.get("examples").forEach(example -> fits(schema(node), example, at));
            }
        });
        assertThat(examples).hasSizeGreaterThan(5);
    }

    /** Names that a schema knows at its top. */
    private Set<String> known(JsonNode schema) {
        var names = new TreeSet<String>();
        resolved(schema).path("properties").propertyNames().forEach(names::add);
        return names;
    }

    /** The answer is documented: its status, its form, and every member. */
    private JsonNode checked(String method, String path, HttpResponse<byte[]> answer) {
        String where = method + " " + path + " " + answer.statusCode();
        JsonNode response = resolved(document.at("/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method + "/responses/" + answer.statusCode()));
        assertThat(response.isMissingNode()).as(where + " is documented: " + TestServer.text(answer)).isFalse();
        JsonNode body = TestServer.json(answer);
        JsonNode schema = response.at("/content/application~1json/schema");
        assertThat(schema.isMissingNode()).as(where + " has a schema").isFalse();
        fits(schema(schema), body, where);
        everyMemberIsKnown(schema, body, where);
        JsonNode example = response.at("/content/application~1json/example");
        if (!example.isMissingNode()) {
            assertThat(new TreeSet<>(example.propertyNames())).as(where + ": members of the example").isEqualTo(new TreeSet<>(body.propertyNames()));
        }
        return body;
    }

    private void everyMemberIsKnown(JsonNode schema, JsonNode body, String where) {
        JsonNode real = resolved(schema);
        if (body.isObject() && real.has("properties")) {
            assertThat(known(real)).as(where).containsAll(body.propertyNames());
            body.properties().forEach(e -> everyMemberIsKnown(real.get("properties").get(e.getKey()), e.getValue(), where + "/" + e.getKey()));
        } else if (body.isArray() && real.has("items")) {
            body.forEach(item -> everyMemberIsKnown(real.get("items"), item, where + "/"));
        }
    }

    @Test
    void theServerAnswersAsDocumented() {
        try (var s = TestServer.start(folder)) {
            String job = "{\"prompt\": \"a ball\", \"num_frames\": 8, \"round_num_frames\": true, \"num_inference_steps\": 1, \"format\": \"gif\", \"webhook\": "
                    + "{\"url\": \"http://127.0.0.1:1/\"}}";
            String id = checked("post", "/v1/videos", s.post("/v1/videos", job)).get("id").stringValue();
            s.awaitEnd(id);
            checked("get", "/v1/videos/{id}", s.get("/v1/videos/" + id));
            checked("get", "/v1/videos", s.get("/v1/videos"));
            checked("get", "/v1/videos/{id}/webhooks", s.get("/v1/videos/" + id + "/webhooks"));
            checked("post", "/v1/videos/{id}/cancel", s.post("/v1/videos/" + id + "/cancel", "{}"));
            checked("post", "/v1/videos/{id}/remix", s.post("/v1/videos/" + id + "/remix", "{\"prompt\": \"a cube\"}"));
            for (String path : List.of("/v1/videos/edits", "/v1/videos/extensions")) {
                checked("post", path, s.post(path, "{\"prompt\": \"a cube\", \"video\": {\"id\": \"" + id + "\"}}"));
                checked("post", path, s.post(path, "{\"prompt\": \"a cube\"}"));
            }
            String picture = "{\"prompt\": \"a ball\", \"num_inference_steps\": 1, \"response_format\": ";
            checked("post", "/v1/images/generations", s.post("/v1/images/generations", picture + "\"url\"}"));
            checked("post", "/v1/images/generations", s.post("/v1/images/generations", picture + "\"b64_json\"}"));
            checked("post", "/v1/images/generations", s.post("/v1/images/generations", "{}"));
            checked("get", "/v1/models", s.get("/v1/models"));
            checked("get", "/v1/models/{id}", s.get("/v1/models/tiny"));
            checked("get", "/v1/models/{id}", s.get("/v1/models/none"));
            checked("get", "/v1/webhooks/secret", s.get("/v1/webhooks/secret"));
            checked("get", "/v1/realtime/sessions", s.get("/v1/realtime/sessions"));
            checked("post", "/v1/realtime/tokens", s.post("/v1/realtime/tokens", "{}"));
            checked("post", "/v1/realtime/snapshots", s.post("/v1/realtime/snapshots", "nonsense"));
            checked("delete", "/v1/realtime/snapshots/{id}", s.delete("/v1/realtime/snapshots/none"));
            checked("get", "/v1/videos/{id}/content", s.get("/v1/videos/none/content"));
            checked("post", "/v1/videos/sync", s.post("/v1/videos/sync", "{}"));
            for (String wrong : List.of("{}", "{\"prompt\": \"a\", \"size\": \"1x1\"}", "[]", "{\"prompt\": \"a\", \"model\": \"none\"}", "{\"prompt\": \"a\", \"n\": 3}")) {
                checked("post", "/v1/videos", s.post("/v1/videos", wrong));
            }
            checked("get", "/v1/videos", s.get("/v1/videos?limit=0"));
            checked("delete", "/v1/videos/{id}", s.delete("/v1/videos/" + id));
            checked("get", "/v1/videos/{id}", s.get("/v1/videos/" + id));
        }
    }
}
