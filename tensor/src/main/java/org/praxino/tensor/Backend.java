package org.praxino.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/** Process-wide information about and settings of libtorch. */
public final class Backend {
    /** System property that overrides the host's free memory, in MiB. */
    public static final String MEMORY_LIMIT = "praxino.memoryMib";

    private Backend() {}

    public static void setThreads(int threads) {
        torch.set_num_threads(threads);
    }

    /**
     * Sets the number of threads that this thread computes with. libtorch passes it on to new threads: whatever starts one calls
     * {@link #setThreads} with its own number afterwards.
     */
    public static void takeThreads(int threads) {
        torch.get_num_threads(); // gives a new thread the process's number, which must not come after ours
        torch.set_num_threads(threads);
    }

    public static int threads() {
        return torch.get_num_threads();
    }

    /** Version of libtorch and its bindings, e.g. {@code 2.10.0-1.5.13}. */
    public static String torchVersion() {
        String version = org.bytedeco.pytorch.Tensor.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /** Resident memory of this process in bytes. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    /** Memory that the host could still give, in bytes. */
    public static long availableBytes() {
        Integer limit = Integer.getInteger(MEMORY_LIMIT);
        return limit == null ? Pointer.availablePhysicalBytes() : (long) limit << 20;
    }

    /** As {@link #availableBytes()} on a device; unlimited where a GPU's driver does not report it. */
    public static long availableBytes(Device device) {
        return device.isCuda() ? GpuMemory.free(device.index()) : availableBytes();
    }
}
