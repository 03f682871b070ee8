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
