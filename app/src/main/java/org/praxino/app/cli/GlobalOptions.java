package org.praxino.app.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext.Precision;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Global options. */
public final class GlobalOptions {
    @Option(names = "--device", paramLabel = "DEVICE", defaultValue = "cpu", scope = ScopeType.INHERIT, order = 100,
            description = "Device: cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    String device = "cpu";

    @Option(names = "--threads", paramLabel = "N", scope = ScopeType.INHERIT, order = 101,
            description = "CPU threads to compute with, at most one a core (default: all cores).")
    @Nullable Integer threads;

    @Option(names = "--dtype", paramLabel = "TYPE", defaultValue = "auto", scope = ScopeType.INHERIT, order = 102,
            description = "Number format: auto, fp32 or bf16; auto chooses the faster one (default: ${DEFAULT-VALUE}).")
    Precision dtype = Precision.AUTO;

    @Option(names = "--log", paramLabel = "LEVEL", scope = ScopeType.INHERIT, order = 103,
            description = "Log messages to show on standard error: error, warn, info or debug (default: info for Praxino, warn for libraries).")
    Logs.@Nullable Level log;

    public CommandContext context(Console console, StopSignal stop) {
        if (threads != null && threads < 1) {
            throw new UserException("--threads " + threads + " is not possible: give a number from 1 on");
        }
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads != null && threads > cores) { // more would wait for each other at every operation
            console.message("--threads " + threads + ": there " + (cores == 1 ? "is 1 core, which is" : "are " + cores + " cores, which are") + " used.");
        }
        if (!device.matches("cpu|cuda(:\\d{1,2})?")) {
            throw new UserException("--device " + device + " is unknown: use cpu, cuda or cuda:N");
        }
        if (log != null) {
            Logs.show(log);
        }
        return new CommandContext(device, threads == null ? null : Integer.valueOf(Math.min(threads, cores)), dtype, console, stop);
    }

    /** Of a command that computes nothing. @throws UserException when an option says how to compute */
    public void refuseComputing() {
        String given = !device.equals("cpu") ? "--device " + device : threads != null ? "--threads " + threads
                : dtype != Precision.AUTO ? "--dtype " + dtype.name().toLowerCase(Locale.ROOT) : null;
        if (given != null) {
            throw new UserException(given + " has no effect: this command computes nothing on a device");
        }
    }
}
