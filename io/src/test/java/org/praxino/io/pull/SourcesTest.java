package org.praxino.io.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;

/** The built-in list, addresses, and what the environment says about mirrors, tokens and proxies. */
class SourcesTest {
    @Test
    void theBuiltInListIsSound() {
        CheckpointCatalogue list = CheckpointCatalogue.builtIn();
        assertThat(list.checkpoints()).extracting(CheckpointCatalogue.PublishedCheckpoint::name).contains("wan-1.3b", "causvid", "self-forcing",
                "longlive", "wan-i2v-480p").doesNotHaveDuplicates();
        ModelHub hub = ModelHub.of(Map.of(), null);
        for (CheckpointCatalogue.PublishedCheckpoint c : list.checkpoints()) {
            List<RemoteFile> files = list.wanted(c, hub);
            assertThat(files).as(c.name()).extracting(RemoteFile::to).doesNotHaveDuplicates();
            assertThat(files).allSatisfy(f -> assertThat(f.url().toString()).startsWith("https://huggingface.co/").contains("/resolve/"));
            assertThat(list.groups(c)).allSatisfy(g -> {
                assertThat(g.licence().url()).startsWith("https://");
                assertThat(g.licence().terms()).endsWith(".");
            });
            boolean known = list.groups(c).stream().allMatch(CheckpointCatalogue.Group::isKnown);
            assertThat(list.bytes(c)).isGreaterThan(known ? 17_000_000_000L : 11_000_000_000L);
            assertThat(known || c.title().contains("about")).as("its size is in the title").isTrue();
            assertThat(files.stream().map(RemoteFile::to)).anyMatch(to -> to.endsWith("tokenizer.json"));
        }
        assertThat(new HashSet<>(list.groups())).hasSameSizeAs(list.groups());
        assertThat(list.groups(list.checkpoint("causvid")).getLast().licence().name()).isEqualTo("CC-BY-NC-SA-4.0");
        assertThatThrownBy(() -> list.checkpoint("wan")).isInstanceOf(UserException.class)
                .hasMessageContaining("there are self-forcing, causal-forcing, longlive, causvid, wan-1.3b");
        assertThat(list.unsummed(list.checkpoint("longlive"))).isZero();
        assertThat(list.unsummed(list.checkpoint("causvid"))).isOne();
        assertThat(list.unsummed(list.checkpoint("wan-i2v-480p"))).as("config, index and 7 shards").isEqualTo(9);
    }

    @Test
    void addressesOfSingleFiles() {
        String sum = "AB".repeat(32);
        RemoteFile w = RemoteFile.of("https://example.org/x/model.safetensors?download=true", sum);
        assertThat(w.to()).isEqualTo("model.safetensors");
        assertThat(w.sha256()).isEqualTo("ab".repeat(32));
        for (String bad : List.of("ftp://example.org/a", "https:///a", "https://example.org/a b", "file:///etc/passwd")) {
            assertThatThrownBy(() -> RemoteFile.of(bad, null)).as(bad).isInstanceOf(UserException.class)
                    .hasMessageContaining("is no address of a file");
        }
        for (String bad : List.of("https://example.org", "https://example.org/a/", "https://example.org/..", "https://example.org/.hidden")) {
            assertThatThrownBy(() -> RemoteFile.of(bad, null)).as(bad).hasMessageContaining("does not end in the name of a file");
        }
        assertThatThrownBy(() -> RemoteFile.of("https://example.org/a", "12")).hasMessageContaining("no SHA-256");
        assertThat(RemoteFile.isUrl("causvid")).isFalse();
    }

    @Test
    void mirrorAndToken() {
        ModelHub usual = ModelHub.of(Map.of("HF_TOKEN", " t\n"), null);
        assertThat(usual.file("a/b", "main", "c/d.txt")).hasToString("https://huggingface.co/a/b/resolve/main/c/d.txt");
        assertThat(usual.tokenFor(usual.file("a/b", "main", "c"))).isEqualTo("t");
        assertThat(usual.tokenFor(URI.create("https://HuggingFace.co:443/x"))).isEqualTo("t");
        for (String other : List.of("https://cdn.huggingface.co/x", "http://huggingface.co/x", "https://huggingface.co.example.org/x")) {
            assertThat(usual.tokenFor(URI.create(other))).as(other).isNull();
        }
        ModelHub mirror = ModelHub.of(Map.of("HF_ENDPOINT", "https://mirror.example.org/hub/", "HUGGING_FACE_HUB_TOKEN", "old"), null);
        assertThat(mirror.file("a/b", "r", "c")).hasToString("https://mirror.example.org/hub/a/b/resolve/r/c");
        assertThat(mirror.token()).isEqualTo("old");
        assertThat(ModelHub.of(Map.of("HF_ENDPOINT", "https://a"), "http://b:8080").base()).hasToString("http://b:8080");
        assertThat(ModelHub.of(Map.of("HF_TOKEN", "t"), "http://b:8080").tokenFor(URI.create("http://b:8080/x"))).as("not in the open").isNull();
        assertThatThrownBy(() -> ModelHub.of(Map.of(), "mirror.example.org")).isInstanceOf(UserException.class)
                .hasMessageContaining("no address of a mirror");
    }

    private static Proxy way(Map<String, String> environment, String url) {
        return Proxies.of(environment).select(URI.create(url)).getFirst();
    }

    @Test
    void proxiesOfTheEnvironment() {
        var both = Map.of("HTTPS_PROXY", "http://one:3128", "http_proxy", "two", "NO_PROXY", "localhost, .example.org,10.0.0.1:8080");
        assertThat(((InetSocketAddress) way(both, "https://huggingface.co/x").address()).getHostString()).isEqualTo("one");
        assertThat(((InetSocketAddress) way(both, "http://huggingface.co/x").address()).getPort()).isEqualTo(80);
        assertThat(way(both, "https://a.example.org/x")).isEqualTo(Proxy.NO_PROXY);
        assertThat(way(both, "https://example.org/x")).isEqualTo(Proxy.NO_PROXY);
        assertThat(way(both, "http://10.0.0.1:8080/x")).isEqualTo(Proxy.NO_PROXY);
        assertThat(way(both, "http://10.0.0.1/x")).isNotEqualTo(Proxy.NO_PROXY);
        assertThat(way(both, "https://notexample.org/x")).isNotEqualTo(Proxy.NO_PROXY);
        assertThat(way(Map.of("ALL_PROXY", "http://all:1", "no_proxy", "*"), "https://a/x")).isEqualTo(Proxy.NO_PROXY);
        assertThat(way(Map.of("ALL_PROXY", "http://all:1"), "https://a/x").type()).isEqualTo(Proxy.Type.HTTP);
        for (String bad : List.of("socks5://user:secret@host:1", "http://", "http://a b")) {
            assertThatThrownBy(() -> Proxies.of(Map.of("HTTPS_PROXY", bad))).isInstanceOf(UserException.class)
                    .hasMessageContaining("HTTPS_PROXY names no HTTP proxy").hasMessageNotContaining("secret");
        }
    }

    @Test
    void asksAProxyWithNameAndPassword(@TempDir Path dir) {
        byte[] bytes = {1, 2, 3};
        try (TestSite proxy = new TestSite()) {
            proxy.answers.put("/a.bin", exchange -> {
                if (exchange.getRequestHeaders().getFirst("Proxy-Authorization") == null) {
                    TestSite.status(407, "Proxy-Authenticate", "Basic realm=\"x\"").to(exchange);
                } else {
                    TestSite.file(bytes).to(exchange);
                }
            });
            ModelHub hub = ModelHub.of(Map.of(), null);
            List<RemoteFile> files = List.of(new RemoteFile(URI.create("http://no-such-host.invalid/a.bin"), "a.bin", 3, null));
            var login = Map.of("HTTP_PROXY", "http://me:p%40ss@127.0.0.1:" + proxy.port());
            try (Puller puller = Puller.of(hub, login, DiskOperations.REAL, d -> {}, Duration.ofSeconds(5))) {
                puller.pull(dir, null, List.of(), files, List.of(), Progress.SILENT);
            }
            assertThat(dir.resolve("a.bin")).hasBinaryContent(bytes);
            assertThat(proxy.requests.getLast().proxyLogin()).isEqualTo("Basic bWU6cEBzcw==");
            try (Puller puller = Puller.of(hub, Map.of("HTTP_PROXY", "127.0.0.1:" + proxy.port()), DiskOperations.REAL, d -> {},
                    Duration.ofSeconds(5))) {
                assertThatThrownBy(() -> puller.pull(dir.resolve("b"), null, List.of(), files, List.of(), Progress.SILENT))
                        .isInstanceOf(UserException.class).hasMessageContaining("The proxy requires another user name and password");
            }
        }
    }
}
