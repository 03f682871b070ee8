package org.praxino.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * The jobs that a server has accepted, from the view of a client that repeats a request without a response under the same
 * {@code Idempotency-Key}. Thread-safe.
 */
final class AcceptedJobs {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    /**
     * What became of them.
     *
     * @param accepted jobs with an id
     * @param lost of these, unknown, or neither made nor cancelled at a client's wish
     * @param doubled requests that made two jobs, and jobs without a request
     * @param orphans files without a job, and inputs or temporary files left behind
     */
    record Counts(int accepted, int lost, int doubled, int orphans) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts o) {
            return new Counts(accepted + o.accepted, lost + o.lost, doubled + o.doubled, orphans + o.orphans);
        }
    }

    private record SubmittedJob(String key, String body) {}

    private final Map<String, String> ids = new LinkedHashMap<>(); // by key, of all rounds
    private final List<SubmittedJob> round = new ArrayList<>();
    private final Set<String> cancelled = new HashSet<>();
    private int doubled;

    /** Forgets the requests of earlier rounds, which need not be sent again. */
    synchronized void newRound() {
        round.clear();
    }

    /** @return its id @throws IOException if no answer came */
    String submit(ServerProcess server, String body) throws IOException, InterruptedException {
        var sent = new SubmittedJob(UUID.randomUUID().toString(), body);
        synchronized (this) {
            round.add(sent);
        }
        return send(server, sent);
    }

    private String send(ServerProcess server, SubmittedJob sent) throws IOException, InterruptedException {
        var answer = server.post("/v1/videos", sent.body, "Idempotency-Key", sent.key);
        if (answer.statusCode() != 200) {
            throw new IOException("a job was refused: " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        String id = json(answer.body()).get("id").stringValue();
        synchronized (this) {
            String before = ids.put(sent.key, id);
            doubled += before == null || before.equals(id) ? 0 : 1;
        }
        return id;
    }

    /** Sends all requests of the round again. */
    void resend(ServerProcess server) throws IOException, InterruptedException {
        List<SubmittedJob> all;
        synchronized (this) {
            all = List.copyOf(round);
        }
        for (SubmittedJob sent : all) {
            send(server, sent);
        }
    }

    /** Cancels a job; it may be made all the same. */
    void cancel(ServerProcess server, String id) throws IOException, InterruptedException {
        synchronized (this) {
            cancelled.add(id);
        }
        server.post("/v1/videos/" + id + "/cancel", "{}");
    }

    /** Waits for the jobs of the round to end. */
    void awaitEnd(ServerProcess server) throws IOException, InterruptedException {
        List<String> all;
        synchronized (this) {
            all = round.stream().map(s -> ids.get(s.key)).filter(java.util.Objects::nonNull).toList();
        }
        for (String id : all) {
            long until = System.nanoTime() + PATIENCE_NANOS;
            while (!ended(server, id)) {
                if (System.nanoTime() > until) {
                    throw new UserException("job " + id + " did not end within 10 minutes");
                }
                Thread.sleep(20);
            }
        }
    }

    private static boolean ended(ServerProcess server, String id) throws IOException, InterruptedException {
        var answer = server.get("/v1/videos/" + id);
        return answer.statusCode() == 404 || answer.statusCode() == 200
                && !List.of("queued", "in_progress").contains(json(answer.body()).get("status").stringValue());
    }

    /** Compares with what the server and its folder have, after everything has ended. */
    synchronized Counts counts(ServerProcess server, Path data) throws IOException, InterruptedException {
        Map<String, String> statuses = statuses(server);
        var mine = new HashSet<>(ids.values());
        int lost = 0;
        for (String id : mine) {
            String status = statuses.getOrDefault(id, "unknown");
            lost += status.equals("completed") || status.equals("cancelled") && cancelled.contains(id) ? 0 : 1;
        }
        int extra = (int) statuses.keySet().stream().filter(id -> !mine.contains(id)).count();
        return new Counts(mine.size(), lost, doubled + extra, orphans(data, statuses));
    }

    private static Map<String, String> statuses(ServerProcess server) throws IOException, InterruptedException {
        var all = new LinkedHashMap<String, String>();
        String after = "";
        while (true) {
            JsonNode page = json(server.get("/v1/videos?limit=100" + after).body());
            page.get("data").forEach(v -> all.put(v.get("id").stringValue(), v.get("status").stringValue()));
            if (!page.get("has_more").booleanValue()) {
                return all;
            }
            after = "&after=" + page.get("last_id").stringValue();
        }
    }

    private static int orphans(Path data, Map<String, String> statuses) {
        int orphans = list(data.resolve("set-aside")).size() + list(data.resolve("tmp")).size();
        for (Path folder : list(data.resolve("jobs"))) {
            String status = statuses.get(folder.getFileName().toString());
            orphans += "completed".equals(status) && list(folder).stream().allMatch(p -> p.endsWith("out")) ? 0 : 1;
        }
        return orphans;
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(byte[] body) {
        return Json.parse(new String(body, StandardCharsets.UTF_8), "the answer", JsonNode.class);
    }
}
