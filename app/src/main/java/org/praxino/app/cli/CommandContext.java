package org.praxino.app.cli;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;

/**
 * Options and services shared by all commands.
 *
 * @param device device to compute on: {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param threads CPU threads, or null for the default
 * @param dtype dtype to compute in
 * @param console console output
 * @param stop stop signal
 */
public record CommandContext(String device, @Nullable Integer threads, Precision dtype, Console console, StopSignal stop) {
    /** What to compute in; {@code AUTO} takes what is fast on the device. */
    public enum Precision {
        AUTO,
        FP32,
        BF16
    }

    /** The device asked for, with the number of threads asked for; may load libtorch. */
    public Device openDevice() {
        if (threads != null) {
            Backend.setThreads(threads);
        }
        return Device.parse(device);
    }

    /** The dtype to compute in on {@code device}. */
    public DType dtypeOn(Device device) {
        return switch (dtype) {
            case AUTO -> device.fastDType();
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
        };
    }

    /** This context for a command with {@code options}: where JSON goes to standard output, nothing else does. */
    public CommandContext forOptions(Object options) {
        boolean piped = options instanceof JsonResult r && JsonOption.STANDARD_OUTPUT.equals(r.json());
        return piped ? new CommandContext(device, threads, dtype, console.withResultsOnErr(), stop) : this;
    }

    /** {@code shown}, which also ends the work at its next report once a stop was asked for. */
    public Progress stopping(Progress shown) {
        return (done, total, note) -> {
            stop.check();
            shown.update(done, total, note);
        };
    }
}
