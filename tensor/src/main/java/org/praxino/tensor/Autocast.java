package org.praxino.tensor;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Mixed precision: matrix products and convolutions run in the given dtype while weights stay fp32 (master weights) and
 * reductions stay fp32. Does nothing for {@link DType#F32}.
 */
public final class Autocast {
    private Autocast() {}

    /** Turns autocast on for this thread until closed; restores what was set before and drops the cast-weight cache. */
    public static Grad.Guard on(Device device, DType dtype) {
        if (dtype == DType.F32) {
            return () -> {};
        }
        DeviceType type = device.isCuda() ? DeviceType.CUDA : DeviceType.CPU;
        boolean before = torch.is_autocast_enabled(type);
        var dtypeBefore = torch.get_autocast_dtype(type);
        torch.set_autocast_enabled(type, true);
        torch.set_autocast_dtype(type, dtype.torch);
        torch.increment_nesting();
        return () -> {
            if (torch.decrement_nesting() == 0) {
                torch.clear_cache();
            }
            torch.set_autocast_dtype(type, dtypeBefore);
            torch.set_autocast_enabled(type, before);
        };
    }
}
