package org.praxino.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.db.Database;
import org.praxino.tensor.UserException;

class AccessTest {
    @TempDir
    Path folder;

    @Test
    void keysOpenWhatTheyShallUntilTheyAreRevoked() throws Exception {
        try (var database = Database.sqlite(folder.resolve("keys.sqlite"))) {
            var keys = new Keys(database.jdbi(), Clock.systemUTC());
            var tokens = new StreamTokens(keys, Clock.systemUTC());
            var access = new Access(keys, tokens, false, 5, 50);
            assertThat(access.caller(null, null).orElseThrow().id()).isEqualTo(Caller.LOCAL);
            assertThat(access.caller("Bearer whatever", null).orElseThrow().id()).as("clients that must send some key").isEqualTo(Caller.LOCAL);
            assertThat(new Access(keys, tokens, true, 5, 50).caller(null, null)).isEmpty();

            Keys.Issued issued = keys.add("laptop", EnumSet.of(Scope.READ), 3, 30);
            assertThat(issued.text()).startsWith("pxk_" + issued.key().id());
            assertThat(access.caller(null, null)).as("from the first key on one is needed").isEmpty();
            assertThat(access.caller("Bearer " + issued.text(), null)).hasValueSatisfying(c -> {
                assertThat(c.id()).isEqualTo(issued.key().id());
                assertThat(c.may(Scope.READ)).isTrue();
                assertThat(c.may(Scope.GENERATE)).isFalse();
                assertThat(c.maxJobs()).isEqualTo(3);
            });
            for (String wrong : List.of("Bearer " + issued.text() + "x", issued.text(), "Basic abc", "Bearer pxk_" + issued.key().id() + "_", "Bearer ",
                    "Bearer pxk_' OR 1=1 --_x")) {
                assertThat(access.caller(wrong, null)).as(wrong).isEmpty();
            }
            assertThat(keys.revoke(issued.key().id())).isTrue();
            assertThat(keys.revoke(issued.key().id())).isFalse();
            assertThat(access.caller("Bearer " + issued.text(), null)).isEmpty();
            assertThat(access.caller(null, null)).as("revoking the last key does not open the door").isEmpty();
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)).doesNotContain("pxk_");
            }
        }
    }

    @Test
    void aTokenOpensLittleForAShortTime() {
        var now = new AtomicLong(1_000_000);
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        try (var database = Database.sqlite(folder.resolve("keys.sqlite"))) {
            var keys = new Keys(database.jdbi(), clock.withZone(ZoneOffset.UTC));
            var access = new Access(keys, new StreamTokens(keys, clock.withZone(ZoneOffset.UTC)), true, 5, 50);
            Keys.Issued issued = keys.add("page", EnumSet.of(Scope.GENERATE, Scope.READ), 3, 30);
            Caller holder = access.caller("Bearer " + issued.text(), null).orElseThrow();
            StreamTokens.Token token = access.tokens().issue(holder);
            assertThat(token.text()).startsWith("pxt_");
            assertThat(access.caller(null, token.text())).hasValueSatisfying(c -> {
                assertThat(c.id()).isEqualTo(issued.key().id());
                assertThat(c.scopes()).as("what both the key and a token open").containsExactly(Scope.READ);
            });
            assertThat(access.caller(null, token.text() + "x")).isEmpty();
            assertThat(access.caller(null, issued.text())).as("a key does not belong in an address").isEmpty();
            assertThat(access.caller("Bearer " + token.text(), null)).isEmpty();
            now.addAndGet(StreamTokens.LIFE.toMillis());
            assertThat(access.caller(null, token.text())).as("its time is over").isEmpty();
            StreamTokens.Token second = access.tokens().issue(holder);
            assertThat(keys.revoke(issued.key().id())).isTrue();
            assertThat(access.caller(null, second.text())).as("the key was revoked").isEmpty();
        }
    }

    @Test
    void scopesAreReadStrictly() {
        assertThat(Scope.parse("read, generate")).containsExactlyInAnyOrder(Scope.READ, Scope.GENERATE);
        assertThatThrownBy(() -> Scope.parse("read,write")).isInstanceOf(UserException.class).hasMessageContaining("\"write\"");
    }

    @Test
    void theRateIsABucketThatFillsUp() {
        var now = new AtomicLong();
        var rate = new RateLimit(now::get);
        for (int i = 0; i < 60; i++) {
            assertThat(rate.take("a", 60)).isZero();
        }
        assertThat(rate.take("a", 60)).isEqualTo(1);
        assertThat(rate.take("b", 60)).as("another's bucket").isZero();
        now.addAndGet(1_000_000_000L);
        assertThat(rate.take("a", 60)).isZero();
        assertThat(rate.take("a", 60)).isPositive();
    }

    @Test
    void pagesFromElsewhereStayOutside() {
        var local = new Origins(Set.of("https://studio.example.org"), true);
        for (String host : List.of("localhost:8080", "127.0.0.1", "[::1]:9", "LOCALHOST")) {
            assertThat(local.hostMayBe(host)).as(host).isTrue();
        }
        for (String host : List.of("evil.example.org", "localhost.evil.org:8080", "")) {
            assertThat(local.hostMayBe(host)).as(host).isFalse();
        }
        assertThat(local.hostMayBe(null)).isFalse();
        assertThat(new Origins(Set.of(), false).hostMayBe("video.example.org")).isTrue();
        assertThat(local.mayAsk(null, "localhost:8080")).isTrue();
        assertThat(local.mayAsk("http://localhost:8080", "localhost:8080")).isTrue();
        assertThat(local.mayAsk("http://localhost:3000", "localhost:8080")).isFalse();
        assertThat(local.mayAsk("null", "localhost:8080")).isFalse();
        assertThat(local.mayAsk("https://studio.example.org", "localhost:8080")).isTrue();
        assertThat(local.mayRead("https://studio.example.org")).isTrue();
        assertThat(local.mayRead("http://localhost:8080")).isFalse();
    }

    @Test
    void wordsAreFoundWhateverTheirDress() throws Exception {
        Path more = folder.resolve("words.txt");
        Files.writeString(more, "# ours\nbroken glass  # a phrase\n\n");
        var filter = PromptFilter.words(more);
        for (String prompt : List.of("broken glass", "a heap of BROKEN   gláss!", "broken-glass", "child porn")) {
            assertThat(filter.refuse(prompt)).as(prompt).isPresent();
        }
        for (String prompt : List.of("broken", "unbroken glasses", "a grape harvest", "a ferris wheel")) {
            assertThat(filter.refuse(prompt)).as(prompt).isEmpty();
        }
        assertThatThrownBy(() -> PromptFilter.words(folder.resolve("none"))).isInstanceOf(UserException.class);
    }
}
