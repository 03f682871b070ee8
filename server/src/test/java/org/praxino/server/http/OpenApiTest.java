package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TestServer;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** openapi.yaml names every route and no other, and the fields that are taken. */
class OpenApiTest {
    @TempDir
    Path folder;

    /** A comma in an unquoted description makes keys of the words behind it. */
    @Test
    void everyKeyIsOneAndEveryResponseIsDescribed() throws Exception {
        var document = (java.util.Map<?, ?>) new Load(LoadSettings.builder().setAllowDuplicateKeys(false).setMaxAliasesForCollections(50).build())
                .loadFromString(InfoRoutes.openapi());
        check(document, "");
        assertThat(document.get("openapi").toString()).startsWith("3.");
    }

    private static void check(Object node, String at) {
        if (node instanceof java.util.Map<?, ?> map) {
            map.forEach((key, value) -> {
                String here = at + "/" + key;
                assertThat(String.valueOf(key)).as(here).matches("[A-Za-z0-9_.$/{}*+:-]+");
                if (key.equals("example")) {
                    return; // OpenApiSchemaTest compares it with its schema
                }
                assertThat(value).as(here + " has a value").isNotNull();
                if (at.endsWith("/responses") && value instanceof java.util.Map<?, ?> response) {
                    assertThat(response.keySet().stream().map(Object::toString).toList()).as(here).isSubsetOf("description", "content", "headers", "$ref", "links");
                    assertThat(response.containsKey("description") || response.containsKey("$ref")).as(here).isTrue();
                }
                check(value, here);
            });
        } else if (node instanceof java.util.List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                check(list.get(i), at + "/" + i);
            }
        }
    }

    @Test
    void theDocumentAndTheRoutesAgree() throws Exception {
        var document = (java.util.Map<?, ?>) new Load(LoadSettings.builder().setMaxAliasesForCollections(50).build())
                .loadFromString(InfoRoutes.openapi());
        var documented = new TreeSet<String>();
        ((java.util.Map<?, ?>) document.get("paths")).forEach((path, methods) -> ((java.util.Map<?, ?>) methods).keySet().forEach(method ->
                documented.add(method.toString().toUpperCase(java.util.Locale.ROOT) + " " + path)));
        try (var s = TestServer.start(folder)) {
            assertThat(documented).containsExactlyInAnyOrderElementsOf(s.server.routes());
            assertThat(TestServer.text(s.get("/openapi.yaml"))).isEqualTo(InfoRoutes.openapi());
            var known = TestServer.error(s.post("/v1/videos", "{\"prompt\": \"a\", \"nonsense\": 1}"), 400, "unknown_field").get("message")
                    .stringValue();
            var schemas = (java.util.Map<?, ?>) ((java.util.Map<?, ?>) document.get("components")).get("schemas");
            var create = (java.util.Map<?, ?>) ((java.util.Map<?, ?>) schemas.get("Create")).get("properties");
            assertThat(known).contains(create.keySet().stream().map(Object::toString).toList());
        }
    }
}
