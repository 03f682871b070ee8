package org.praxino.app;

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
record CommandContext(String device, @Nullable Integer threads, Precision dtype, Console console, StopSignal stop) {
    /** What to compute in; {@code AUTO} takes what is fast on the device. */
    enum Precision {
        AUTO,
        FP32,
        BF16
    }

    /** The device asked for, with the number of threads asked for; may load libtorch. */
    Device openDevice() {
        if (threads != null) {
            Backend.setThreads(threads);
        }
        return Device.parse(device);
    }

    /** The dtype to compute in on {@code device}. */
    DType dtypeOn(Device device) {
        return switch (dtype) {
            case AUTO -> device.fastDType();
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
        };
    }

    /** {@code shown}, which also ends the work at its next report once a stop was asked for. */
    Progress stopping(Progress shown) {
        return (done, total, note) -> {
            stop.check();
            shown.update(done, total, note);
        };
    }
}
