package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.ProgressLine;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.Version;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;

/** {@code bench faults}: what a server loses when it is killed, its database or disk fails, or clients disconnect. */
public final class FaultsBench {
    private static final long SAMPLE_MILLIS = 15_000;

    /** Samples of the resident memory for one of the heap: a full collection is not for free. */
    private static final int HEAP_EVERY = 4;

    /**
     * @param rounds kills; the database stops and starts a tenth as often, at least once
     * @param minutes of clients that vanish
     */
    public record Options(String model, @Nullable Path json, int rounds, double minutes) {
        public Options {
            if (rounds < 1 || rounds > 1000) {
                throw new UserException("--rounds " + rounds + " is not possible: give a number from 1 to 1000");
            }
            if (!(minutes >= 0 && minutes <= 1440)) {
                throw new UserException("--minutes " + minutes + " is not possible: give a number from 0 to 1440");
            }
        }
    }

    /**
     * Memory of a server with vanishing clients.
     *
     * @param residentMib resident memory, every 15 seconds
     * @param heapMib heap after a full collection, once a minute; empty where it cannot be asked
     * @param growthMibPerMinute of the second half of the resident memory, a line through the samples
     */
    record Memory(double minutes, long visits, @JsonProperty("resident_mib") List<Double> residentMib, @JsonProperty("heap_mib") List<Double> heapMib,
            @JsonProperty("growth_mib_per_minute") double growthMibPerMinute) {}

    /**
     * What was seen.
     *
     * @param rounds kills; fewer than asked for when it was stopped
     * @param kills by phase, of those phases that were met
     * @param readySeconds the longest time from a start after a kill to being ready
     * @param databaseReadySeconds the longest from the database's return to being ready; null without PostgreSQL
     * @param diskReadySeconds from the disk having room again to being ready; null where none can be mounted
     */
    record Report(
            String bench, String version, Map<String, String> machine, String model, int rounds, int accepted, int lost, int doubled, int orphans,
            Map<String, Integer> kills, @JsonProperty("ready_seconds") double readySeconds,
            @JsonProperty("database_ready_seconds") @Nullable Double databaseReadySeconds,
            @JsonProperty("disk_ready_seconds") @Nullable Double diskReadySeconds, @Nullable Memory memory) {}

    private final Options options;
    private final CommandContext context;
    private final Path folder;
    private final List<String> serve;

    private FaultsBench(Options options, CommandContext context, Path folder) {
        this.options = options;
        this.context = context;
        this.folder = folder;
        this.serve = ServerProcess.options(options.model, context);
    }

    public static int run(Options options, CommandContext context) throws IOException, InterruptedException {
        context.stop().needs(StopSignal.SAVING); // a round is brought to its end and counted
        Path folder = Files.createTempDirectory("praxino-bench-faults");
        boolean done = false;
        try (var progress = context.console().progress("faults")) {
            Report report = new FaultsBench(options, context, folder).measure(progress);
            progress.close();
            print(report, context);
            if (options.json != null) {
                Json.write(options.json, report);
            }
            done = report.lost + report.doubled + report.orphans == 0;
            return done ? 0 : 1;
        } finally {
            if (done) {
                AtomicFiles.delete(folder);
            } else {
                context.console().message("what was seen is kept in " + folder);
            }
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private Report measure(ProgressLine progress) throws IOException, InterruptedException {
        var kills = new KillRounds(folder.resolve("kills"), log(), serve);
        AcceptedJobs.Counts counts = kills.run(options.rounds, round -> progress.update(round, options.rounds, "kills"), context.stop()::isRequested);
        if (context.stop().isRequested()) { // what was counted until then is reported
            return report(kills, counts, null, null, null);
        }
        var outages = new OutageFaults(folder, log(), serve);
        progress.update(options.rounds, options.rounds, "database");
        OutageFaults.Outcome database = database(outages);
        progress.update(options.rounds, options.rounds, "disk");
        OutageFaults.Outcome disk = outages.disk();
        progress.update(options.rounds, options.rounds, "webhooks");
        try (var webhooks = new WebhookFaults()) {
            counts = counts.plus(webhooks.run(folder.resolve("webhooks"), log(), serve));
        }
        for (OutageFaults.Outcome seen : new OutageFaults.@Nullable Outcome[] {database, disk}) {
            counts = counts.plus(seen == null ? AcceptedJobs.Counts.NONE : seen.counts());
        }
        return report(kills, counts, database, disk, options.minutes == 0 ? null : memory(progress));
    }

    private Report report(
            KillRounds kills, AcceptedJobs.Counts counts, OutageFaults.@Nullable Outcome database, OutageFaults.@Nullable Outcome disk, @Nullable Memory memory) {
        var phases = new TreeMap<String, Integer>();
        kills.seen().forEach((phase, n) -> phases.put(phase.name().toLowerCase(Locale.ROOT), n));
        return new Report("faults", Version.text(), MachineInfo.of(context), options.model, kills.rounds(), counts.accepted(), counts.lost(),
                counts.doubled(), counts.orphans(), phases, kills.readySeconds(), database == null ? null : (Double) database.readySeconds(),
                disk == null ? null : (Double) disk.readySeconds(), memory);
    }

    private OutageFaults.@Nullable Outcome database(OutageFaults outages) throws IOException, InterruptedException {
        Path programs = PostgresqlProcess.programs().orElse(null);
        if (programs == null) {
            return null;
        }
        Path data = Files.createTempDirectory("praxino-bench-pg"); // where others may enter: PostgreSQL does not run as root
        try (var postgresql = PostgresqlProcess.start(programs, data)) {
            return outages.database(postgresql, Math.max(1, options.rounds / 10));
        } finally {
            AtomicFiles.delete(data);
        }
    }

    private Memory memory(ProgressLine progress) throws IOException, InterruptedException {
        var samples = new ArrayList<Double>();
        var heap = new ArrayList<Double>();
        try (var server = new ServerProcess(folder.resolve("vanishing"), log(), serve)) {
            server.ready();
            long begun = System.nanoTime();
            long visits;
            try (var clients = new AbruptClients(server)) {
                for (int i = 0; i == 0 || System.nanoTime() - begun < options.minutes * 60e9; i++) {
                    context.stop().check();
                    Thread.sleep((long) Math.min(SAMPLE_MILLIS, options.minutes * 60_000));
                    samples.add(AbruptClients.residentMib(server.pid()));
                    double minutes = (System.nanoTime() - begun) / 60e9;
                    progress.update((long) (minutes * 60), (long) (options.minutes * 60), "vanishing clients");
                    if (i % HEAP_EVERY == 0) {
                        heap.add(AbruptClients.heapMib(server.pid()));
                        context.console().message(String.format(Locale.ROOT, "%6.2f min  %5.0f MiB, heap %.1f MiB  %d exchanges", minutes,
                                samples.getLast(), heap.getLast(), clients.exchanges()));
                    }
                }
                visits = clients.exchanges();
            }
            heap.removeIf(d -> d.isNaN());
            return new Memory((System.nanoTime() - begun) / 60e9, visits, samples, heap, growth(samples.subList(samples.size() / 2, samples.size())));
        }
    }

    /** Slope of a line through samples, a minute. */
    private static double growth(List<Double> samples) {
        int n = samples.size();
        double middle = (n - 1) / 2.0;
        double mean = samples.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double over = 0;
        double under = 0;
        for (int i = 0; i < n; i++) {
            over += (i - middle) * (samples.get(i) - mean);
            under += (i - middle) * (i - middle);
        }
        return under == 0 ? 0 : over / under * 60_000 / SAMPLE_MILLIS;
    }

    private static void print(Report r, CommandContext context) {
        var out = context.console().out();
        MachineInfo.print(r.machine, out);
        out.println();
        out.printf(Locale.ROOT, "accepted         %d jobs, %d kills: %s%n", r.accepted, r.rounds, r.kills);
        out.printf(Locale.ROOT, "lost             %d%n", r.lost);
        out.printf(Locale.ROOT, "doubled          %d%n", r.doubled);
        out.printf(Locale.ROOT, "orphans          %d%n", r.orphans);
        out.printf(Locale.ROOT, "ready_seconds    %.2f after a kill, %s after the database, %s after the disk%n", r.readySeconds,
                told(r.databaseReadySeconds), told(r.diskReadySeconds));
        if (r.memory != null) {
            if (!r.memory.heapMib.isEmpty()) {
                out.printf(Locale.ROOT, "heap_mib         %.1f, after %.1f min %.1f%n", r.memory.heapMib.getFirst(), r.memory.minutes,
                        r.memory.heapMib.getLast());
            }
            out.printf(Locale.ROOT, "resident_mib     %.0f, after %.1f min of vanishing clients %.0f; %+.2f a minute in the second half%n",
                    r.memory.residentMib.getFirst(), r.memory.minutes, r.memory.residentMib.getLast(), r.memory.growthMibPerMinute);
        }
    }

    private static String told(@Nullable Double seconds) {
        return seconds == null ? "(not measured)" : String.format(Locale.ROOT, "%.2f", seconds);
    }
}
