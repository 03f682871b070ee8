package org.praxino.tensor;

import java.util.Map;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.jspecify.annotations.Nullable;

/**
 * Gives OpenBLAS one thread. Its own threads serve one caller at a time and then spin beside libtorch's OpenMP threads, which makes the passes
 * after a small product several times slower on few cores.
 *
 * @see <a href="https://github.com/OpenMathLib/OpenBLAS/issues/3187">OpenBLAS issue 3187</a>
 */
final class BlasThreads {
    /** Environment variable that OpenBLAS reads itself. The launcher sets it; who sets it decides. */
    private static final String VARIABLE = "OPENBLAS_NUM_THREADS";

    /** JavaCPP's choice of another BLAS, such as MKL, which shares libtorch's threads. */
    private static final String OTHER_BLAS = "org.bytedeco.openblas.load";

    private BlasThreads() {}

    /** Called once, when the first tensor is made. */
    static void limit() {
        if (isOurs(System.getenv(), System.getProperty(OTHER_BLAS))) {
            // Of the two copies that the binding loads, this one is first in the process and so the one that libtorch's calls reach.
            openblas_nolapack.blas_set_num_threads(1);
        }
    }

    static boolean isOurs(Map<String, String> environment, @Nullable String otherBlas) {
        return environment.getOrDefault(VARIABLE, "").isBlank() && otherBlas == null;
    }
}
