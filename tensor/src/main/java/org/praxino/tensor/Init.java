package org.praxino.tensor;

/** Weight initialisation. */
public sealed interface Init {
    /** All one value. */
    record Constant(double value) implements Init {}

    /** Normal with mean 0. */
    record Normal(double std) implements Init {}

    /** Uniform in ±√(6/(fan in + fan out)) (Glorot and Bengio 2010). */
    record XavierUniform() implements Init {}

    /** Normal with variance {@code gain}²/fan in (He et al. 2015). */
    record KaimingNormal(double gain) implements Init {}

    /** Chosen by the layer: values computed by code. */
    record Computed(java.util.function.Function<RandomStream, Tensor> make) implements Init {}

    static Init zeros() {
        return new Constant(0);
    }

    static Init ones() {
        return new Constant(1);
    }

    static Init normal(double std) {
        return new Normal(std);
    }

    static Init xavier() {
        return new XavierUniform();
    }

    static Init kaiming() {
        return new KaimingNormal(Math.sqrt(2));
    }

    /** Draws values of {@code shape} ([out, in, kernel...]) in fp32 on the CPU. */
    default Tensor draw(RandomStream random, long... shape) {
        long receptive = 1;
        for (int i = 2; i < shape.length; i++) {
            receptive *= shape[i];
        }
        double fanIn = shape.length > 1 ? shape[1] * receptive : shape[0];
        double fanOut = shape[0] * (double) receptive;
        return switch (this) {
            case Constant c -> Tensor.full(c.value, DType.F32, Device.CPU, shape);
            case Normal n -> random.normal(shape).mul(n.std);
            case XavierUniform x -> {
                double a = Math.sqrt(6 / (fanIn + fanOut));
                long n = 1;
                for (long d : shape) {
                    n *= d;
                }
                float[] v = new float[Math.toIntExact(n)];
                for (int i = 0; i < v.length; i++) {
                    v[i] = (float) (a * (2 * random.uniform() - 1));
                }
                yield Tensor.of(v, shape);
            }
            case KaimingNormal k -> random.normal(shape).mul(k.gain / Math.sqrt(fanIn));
            case Computed c -> c.make.apply(random);
        };
    }
}
