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
            var keys = new ApiKeys(database.jdbi(), Clock.systemUTC());
            var tokens = new AccessTokens(keys, Clock.systemUTC());
            var access = new Authenticator(keys, tokens, false, 5, 50);
            assertThat(access.authenticate(null, null).orElseThrow().id()).isEqualTo(Caller.LOCAL);
            assertThat(access.authenticate("Bearer whatever", null).orElseThrow().id()).as("clients that must send some key").isEqualTo(Caller.LOCAL);
            assertThat(new Authenticator(keys, tokens, true, 5, 50).authenticate(null, null)).isEmpty();

            ApiKeys.Issued issued = keys.add("laptop", EnumSet.of(KeyScope.READ), 3, 30);
            assertThat(issued.text()).startsWith("pxk_" + issued.key().id());
            assertThat(access.authenticate(null, null)).as("from the first key on one is needed").isEmpty();
            assertThat(access.authenticate("Bearer " + issued.text(), null)).hasValueSatisfying(c -> {
                assertThat(c.id()).isEqualTo(issued.key().id());
                assertThat(c.hasScope(KeyScope.READ)).isTrue();
                assertThat(c.hasScope(KeyScope.GENERATE)).isFalse();
                assertThat(c.maxJobs()).isEqualTo(3);
            });
            for (String wrong : List.of("Bearer " + issued.text() + "x", issued.text(), "Basic abc", "Bearer pxk_" + issued.key().id()
                    + "_", "Bearer ",
                    "Bearer pxk_' OR 1=1 --_x")) {
                assertThat(access.authenticate(wrong, null)).as(wrong).isEmpty();
            }
            assertThat(keys.revoke(issued.key().id())).isTrue();
            assertThat(keys.revoke(issued.key().id())).isFalse();
            assertThat(access.authenticate("Bearer " + issued.text(), null)).isEmpty();
            assertThat(access.authenticate(null, null)).as("revoking the last key does not open the door").isEmpty();
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)).doesNotContain("pxk_");
            }
        }
    }

    /** A known id with a wrong secret takes the same questions to the database and the same comparison as an id that there is not. */
    @Test
    void anUnknownIdTakesAsMuchWorkAsAKnownOne() throws Exception {
        try (var database = Database.sqlite(folder.resolve("work.sqlite"))) {
            var questions = new java.util.concurrent.atomic.AtomicInteger();
            var keys = new ApiKeys(database.jdbi(), Clock.systemUTC());
            database.jdbi().setSqlLogger(new org.jdbi.v3.core.statement.SqlLogger() {
                @Override
                public void logAfterExecution(org.jdbi.v3.core.statement.StatementContext context) {
                    questions.incrementAndGet();
                }
            });
            String known = keys.add("laptop", EnumSet.of(KeyScope.READ), 3, 30).text();
            String secret = "_" + known.split("_", 3)[2];
            var asked = new java.util.ArrayList<Integer>();
            for (String wrong : List.of(known + "x", "pxk_" + "0".repeat(12) + secret)) {
                questions.set(0);
                assertThat(keys.find(wrong)).isEmpty();
                asked.add(questions.get());
            }
            assertThat(asked.get(1)).isEqualTo(asked.get(0)).isPositive();
        }
    }

    @Test
    void aTokenOpensLittleForAShortTime() {
        var now = new AtomicLong(1_000_000);
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        try (var database = Database.sqlite(folder.resolve("keys.sqlite"))) {
            var keys = new ApiKeys(database.jdbi(), clock.withZone(ZoneOffset.UTC));
            var access = new Authenticator(keys, new AccessTokens(keys, clock.withZone(ZoneOffset.UTC)), true, 5, 50);
            ApiKeys.Issued issued = keys.add("page", EnumSet.of(KeyScope.GENERATE, KeyScope.READ), 3, 30);
            Caller holder = access.authenticate("Bearer " + issued.text(), null).orElseThrow();
            AccessTokens.Token token = access.tokens().issue(holder);
            assertThat(token.text()).startsWith("pxt_");
            assertThat(access.authenticate(null, token.text())).hasValueSatisfying(c -> {
                assertThat(c.id()).isEqualTo(issued.key().id());
                assertThat(c.scopes()).as("what both the key and a token open").containsExactly(KeyScope.READ);
            });
            assertThat(access.authenticate(null, token.text() + "x")).isEmpty();
            assertThat(access.authenticate(null, issued.text())).as("a key does not belong in an address").isEmpty();
            assertThat(access.authenticate("Bearer " + token.text(), null)).isEmpty();
            now.addAndGet(AccessTokens.LIFETIME.toMillis());
            assertThat(access.authenticate(null, token.text())).as("its time is over").isEmpty();
            AccessTokens.Token second = access.tokens().issue(holder);
            assertThat(keys.revoke(issued.key().id())).isTrue();
            assertThat(access.authenticate(null, second.text())).as("the key was revoked").isEmpty();
        }
    }

    @Test
    void scopesAreReadStrictly() {
        assertThat(KeyScope.parse("read, generate")).containsExactlyInAnyOrder(KeyScope.READ, KeyScope.GENERATE);
        assertThatThrownBy(() -> KeyScope.parse("read,write")).isInstanceOf(UserException.class).hasMessageContaining("\"write\"");
    }

    @Test
    void theRateIsABucketThatFillsUp() {
        var now = new AtomicLong();
        var rate = new RateLimiter(now::get);
        for (int i = 0; i < 60; i++) {
            assertThat(rate.acquire("a", 60)).isZero();
        }
        assertThat(rate.acquire("a", 60)).isEqualTo(1);
        assertThat(rate.acquire("b", 60)).as("another's bucket").isZero();
        now.addAndGet(1_000_000_000L);
        assertThat(rate.acquire("a", 60)).isZero();
        assertThat(rate.acquire("a", 60)).isPositive();
    }

    @Test
    void pagesFromElsewhereStayOutside() {
        var local = new OriginPolicy(Set.of("https://studio.example.org"), true);
        for (String host : List.of("localhost:8080", "127.0.0.1", "[::1]:9", "LOCALHOST", "127.0.0.2:8080", "127.255.0.9")) {
            assertThat(local.allowsHost(host)).as(host).isTrue();
        }
        for (String host : List.of("evil.example.org", "localhost.evil.org:8080", "127.0.0.1.evil.org", "127.0.0.1.2", "")) {
            assertThat(local.allowsHost(host)).as(host).isFalse();
        }
        assertThat(local.allowsHost(null)).isFalse();
        assertThat(new OriginPolicy(Set.of(), false).allowsHost("video.example.org")).isTrue();
        assertThat(local.allowsRequest(null, "localhost:8080")).isTrue();
        assertThat(local.allowsRequest("http://localhost:8080", "localhost:8080")).isTrue();
        assertThat(local.allowsRequest("http://localhost:3000", "localhost:8080")).isFalse();
        assertThat(local.allowsRequest("null", "localhost:8080")).isFalse();
        assertThat(local.allowsRequest("https://studio.example.org", "localhost:8080")).isTrue();
        assertThat(local.allowsResponse("https://studio.example.org")).isTrue();
        assertThat(local.allowsResponse("http://localhost:8080")).isFalse();
    }

    @Test
    void wordsAreFoundWhateverTheirDress() throws Exception {
        Path more = folder.resolve("words.txt");
        Files.writeString(more, "# ours\nbroken glass  # a phrase\n\n");
        var filter = PromptFilter.ofWordLists(more);
        for (String prompt : List.of("broken glass", "a heap of BROKEN   gláss!", "broken-glass", "child porn")) {
            assertThat(filter.rejectionReason(prompt)).as(prompt).isPresent();
        }
        for (String prompt : List.of("broken", "unbroken glasses", "a grape harvest", "a ferris wheel")) {
            assertThat(filter.rejectionReason(prompt)).as(prompt).isEmpty();
        }
        assertThatThrownBy(() -> PromptFilter.ofWordLists(folder.resolve("none"))).isInstanceOf(UserException.class);
    }
}
