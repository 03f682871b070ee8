package org.praxino.app;

/** Configuration of a tokenizer run of a few milliseconds a step. */
final class TinyTokenizerRun {
    private TinyTokenizerRun() {}

    /** @param run folder of the run, as YAML @param data folder of the data, as YAML @param samples after which the run ends */
    static String yaml(String run, String data, int samples) {
        return """
                run: %s
                start: null
                data: %s
                intervals: {checkpointMinutes: 10, keep: 1, sheetMinutes: 10, logSeconds: 0.001}
                training:
                  frames: 5
                  crop: 16
                  cropCandidates: 1
                  images: 0.2
                  freezeEncoder: false
                  composition: AS_IS
                  codec: {patch: 2, channels: [8, 16], temporal: [true], kernelTime: [1, 3], upKernelTime: 1, encoderBlocks: 1, decoderBlocks: 1,
                    middleBlocks: 0, latentChannels: 4, variational: false, norm: LAYER, adaptiveNorm: false, padding: FIRST_FRAME, shortcuts: true}
                  losses: {l1: 1.0, mse: 1.0, edges: 1.0, motion: 1.0, latent: 1.0e-3, kl: 0.0, noise: 0.05}
                  optimisation: {samples: %d, batch: 2, accumulate: 1, learningRate: 1.0e-3, warmup: 2, decay: 0, beta1: 0.9, beta2: 0.99,
                    weightDecay: 0.0, clip: 1.0, ema: 0.9, seed: 1, dtype: fp32}
                """.formatted(run, data, samples);
    }
}
