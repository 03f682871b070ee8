package org.praxino.app.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Kills a server (kill -9) in each phase of its work, starts it again on the same folder, and counts the jobs that it still has. */
final class KillRounds {
    /** When the server dies. */
    enum KillPhase {
        WHILE_SUBMITTING,
        QUEUED,
        DENOISING,
        DECODING,
        WRITING,
        COMPLETED,
        CANCELLING,
        STARTING
    }

    private static final int LONGEST_WAIT_SECONDS = 120;
    private static final int SUBMITTED = 3;

    private final Path data;
    private final Path log;
    private final List<String> serve;
    private final AcceptedJobs jobs = new AcceptedJobs();
    private final Map<KillPhase, Integer> seen = new EnumMap<>(KillPhase.class);
    private final Random random = new Random(1);
    private double readySeconds;
    private int done;

    KillRounds(Path data, Path log, List<String> serve) {
        this.data = data;
        this.log = log;
        this.serve = serve;
    }

    /**
     * @param progress called after each kill
     * @param stopped whether to count now, before all rounds are done
     */
    AcceptedJobs.Counts run(int rounds, IntConsumer progress, BooleanSupplier stopped) throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            var server = new ServerProcess(data, log, serve);
            try {
                double ready = server.ready();
                readySeconds = i == 0 ? 0 : Math.max(readySeconds, ready);
                jobs.resend(server); // as a client does that got no answer
                jobs.awaitEnd(server);
                if (i == rounds || stopped.getAsBoolean()) {
                    return jobs.counts(server, data);
                }
                jobs.newRound();
                KillPhase phase = KillPhase.values()[i % KillPhase.values().length];
                if (reach(server, phase)) {
                    seen.merge(phase, 1, Integer::sum);
                }
                server.kill();
                if (phase == KillPhase.STARTING) {
                    var starting = new ServerProcess(data, log, serve);
                    Thread.sleep(random.nextInt(100)); // before its models are loaded: a job that dies with its server twice is parked
                    starting.kill();
                }
                done = i + 1;
                progress.accept(done);
            } finally {
                server.close();
            }
        }
    }

    /** The longest time from a start after a kill to being ready. */
    double readySeconds() {
        return readySeconds;
    }

    /** Rounds that were done. */
    int rounds() {
        return done;
    }

    /** Kills in each phase that was met. */
    Map<KillPhase, Integer> seen() {
        return Map.copyOf(seen);
    }

    private static String body(int frames) {
        return "{\"prompt\": \"a ferris wheel spinning\", \"seed\": 1, \"format\": \"gif\", \"teacher\": true, \"num_inference_steps\": 4, \"num_frames\": "
                + frames + "}";
    }

    /** Works up to the phase. @return whether it was met */
    private boolean reach(ServerProcess server, KillPhase phase) throws IOException, InterruptedException {
        return switch (phase) {
            case WHILE_SUBMITTING -> {
                for (int i = 0; i < SUBMITTED; i++) {
                    Thread.startVirtualThread(() -> {
                        try {
                            jobs.submit(server, body(1));
                        } catch (IOException | InterruptedException | RuntimeException e) {
                            // no answer: the request is sent again after the restart
                        }
                    });
                }
                Thread.sleep(random.nextInt(30));
                yield true;
            }
            case QUEUED, STARTING -> {
                for (int i = 0; i < SUBMITTED; i++) {
                    jobs.submit(server, body(1));
                }
                yield true;
            }
            case DENOISING -> stage(server, jobs.submit(server, body(9)), "denoising");
            case DECODING -> stage(server, jobs.submit(server, body(9)), "decoding");
            case WRITING -> stage(server, jobs.submit(server, body(9)), "writing");
            case COMPLETED -> {
                jobs.submit(server, body(1));
                jobs.awaitEnd(server);
                yield true;
            }
            case CANCELLING -> {
                String id = jobs.submit(server, body(9));
                boolean met = stage(server, id, "denoising");
                jobs.cancel(server, id);
                yield met;
            }
        };
    }

    private static boolean stage(ServerProcess server, String id, String stage) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
        while (System.nanoTime() < until) {
            var video = AcceptedJobs.json(server.get("/v1/videos/" + id).body());
            if (stage.equals(video.path("stage").stringValue(""))) {
                return true;
            }
            if (!List.of("queued", "in_progress").contains(video.path("status").stringValue(""))) {
                return false; // it went too fast
            }
            Thread.sleep(1);
        }
        return false;
    }
}
