package org.praxino.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.pytorch.global.torch;

/** The device of a tensor: the CPU or one CUDA GPU. */
public record Device(Kind kind, int index) {
    /** The backends there are. */
    public enum Kind {
        CPU,
        CUDA
    }

    public static final Device CPU = new Device(Kind.CPU, 0);

    /**
     * Parses {@code cpu}, {@code cuda} or {@code cuda:1} and checks that the device is there.
     *
     * @throws UserException when the text or the device is unknown
     */
    public static Device parse(String text) {
        String t = text.trim().toLowerCase(Locale.ROOT);
        if (t.equals("cpu")) {
            return CPU;
        }
        if (!t.matches("cuda(:\\d{1,2})?")) {
            throw new UserException("device '" + text + "' is unknown: use cpu, cuda or cuda:N");
        }
        if (!torch.cuda_is_available()) {
            throw new UserException(
                    "device '" + text + "' asked for, but no CUDA device is available to this build: use --device cpu, or"
                            + " build with the Maven profile 'gpu' on a host with CUDA 13");
        }
        int index = t.equals("cuda") ? 0 : Integer.parseInt(t.substring(5));
        int count = torch.cuda_device_count();
        if (index >= count) {
            throw new UserException("device '" + text + "' does not exist: this host has " + count + " CUDA device(s)");
        }
        return new Device(Kind.CUDA, index);
    }

    public boolean isCuda() {
        return kind == Kind.CUDA;
    }

    /**
     * The dtype that is fast for matrix products here: bf16 on CUDA and on CPUs with bf16 instructions, fp32 elsewhere
     * (without them libtorch falls back to a path some hundred times slower; see {@code praxino bench gemm}).
     */
    public DType fastDType() {
        return isCuda() || cpuHasBf16() ? DType.BF16 : DType.F32;
    }

    private static boolean cpuHasBf16() {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return false;
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(l -> l.startsWith("flags"))
                    .findFirst()
                    .map(l -> (l + " ").contains(" avx512_bf16 ") || (l + " ").contains(" amx_bf16 "))
                    .orElse(false);
        } catch (IOException e) {
            return false;
        }
    }

    org.bytedeco.pytorch.Device torch() {
        return new org.bytedeco.pytorch.Device(isCuda() ? "cuda:" + index : "cpu");
    }

    @Override
    public String toString() {
        return isCuda() ? "cuda:" + index : "cpu";
    }
}
