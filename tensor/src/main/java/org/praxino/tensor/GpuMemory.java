package org.praxino.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Free GPU memory according to nvidia-smi. */
final class GpuMemory {
    private static final int SECONDS = 10;

    private GpuMemory() {}

    /** Free bytes; {@link Long#MAX_VALUE} when unknown. */
    static long free(int index) {
        String visible = System.getenv("CUDA_VISIBLE_DEVICES");
        String[] named = visible == null || visible.isBlank() ? new String[0] : visible.split(",");
        return free("nvidia-smi", index < named.length ? named[index].strip() : String.valueOf(index));
    }

    static long free(String tool, String gpu) {
        try {
            Process process = new ProcessBuilder(tool, "--query-gpu=memory.free", "--format=csv,noheader,nounits", "-i", gpu)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 && said.matches("\\d{1,9}")) {
                return Long.parseLong(said) << 20;
            }
        } catch (IOException e) {
            // no such tool: nothing is known
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Long.MAX_VALUE;
    }
}
