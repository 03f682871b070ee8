package org.praxino.app;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;

/**
 * What every command is given beside its own options.
 *
 * @param device where to compute, as typed: {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param threads CPU threads asked for, or null for the default
 * @param dtype what to compute in
 * @param console where to speak
 * @param stop whether the user asked to stop
 */
record Context(String device, @Nullable Integer threads, Precision dtype, Console console, Interruption stop) {
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
