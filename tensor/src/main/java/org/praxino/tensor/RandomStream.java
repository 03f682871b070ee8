package org.praxino.tensor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A named, seeded stream of random numbers. Streams of different names are independent, so adding a draw to one never changes another;
 * values are made on the CPU whatever the device, so that a seed means the same on every one.
 */
public final class RandomStream {
    private final RandomGenerator random;

    private RandomStream(long state) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(state);
    }

    /** The stream that {@code seed}, {@code name} and {@code position} (e.g. samples seen) determine. */
    public static RandomStream of(long seed, String name, long... position) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((seed + "/" + name + "/" + java.util.Arrays.toString(position)).getBytes(StandardCharsets.UTF_8));
            return new RandomStream(java.nio.ByteBuffer.wrap(digest.digest()).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }

    /** Standard normal values, fp32 on the CPU. */
    public Tensor normal(long... shape) {
        long n = 1;
        for (long d : shape) {
            n *= d;
        }
        float[] values = new float[Math.toIntExact(n)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    /** One uniform value in [0, 1). */
    public double uniform() {
        return random.nextDouble();
    }

    /** One standard normal value. */
    public double gaussian() {
        return random.nextGaussian();
    }

    /** One of 0 .. n-1. */
    public int nextInt(int n) {
        return random.nextInt(n);
    }

    public long nextLong() {
        return random.nextLong();
    }

    /** The generator itself, for code that wants Java's interface. */
    public RandomGenerator generator() {
        return random;
    }
}
