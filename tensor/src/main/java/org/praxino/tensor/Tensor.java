package org.praxino.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.praxino.tensor.Grad.NativeTemporaries;

/**
 * An n-dimensional array on a device. Values made by an operation belong to the innermost open {@link Scope} of the thread and
 * are freed when it closes; a parameter or cache that lives longer is {@linkplain #own() owned} and closed by its holder.
 *
 * <p>Public tensors of video are {@code [B, C, T, H, W]} in [-1, 1]. Dimension arguments may be negative, counting from the end.
 */
public final class Tensor implements AutoCloseable {
    static {
        BlasThreads.limit();
    }

    private final org.bytedeco.pytorch.Tensor raw;

    private Tensor(org.bytedeco.pytorch.Tensor raw) {
        this.raw = raw;
    }

    static Tensor wrap(org.bytedeco.pytorch.Tensor raw) {
        return new Tensor(raw);
    }

    org.bytedeco.pytorch.Tensor raw() {
        return raw;
    }

    static TensorVector vector(List<Tensor> tensors) {
        var raws = new org.bytedeco.pytorch.Tensor[tensors.size()];
        for (int i = 0; i < raws.length; i++) {
            raws[i] = tensors.get(i).raw;
        }
        return new TensorVector(raws);
    }

    /** Copies the handles out of a vector, whose own elements die with it. */
    static List<Tensor> list(TensorVector vector) {
        var out = new ArrayList<Tensor>();
        for (long i = 0; i < vector.size(); i++) {
            out.add(wrap(new org.bytedeco.pytorch.Tensor(vector.get(i))));
        }
        return out;
    }

    private static TensorOptions options(NativeTemporaries s, DType dtype, Device device) {
        var base = s.add(new TensorOptions(dtype.torch));
        return device.isCuda() ? s.add(base.device(s.add(new org.bytedeco.pytorch.DeviceOptional(s.add(device.torch()))))) : base;
    }

    // ------------------------------------------------------------------ making

    public static Tensor zeros(DType dtype, Device device, long... shape) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.zeros(shape, options(s, dtype, device)));
        }
    }

    public static Tensor ones(DType dtype, Device device, long... shape) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.ones(shape, options(s, dtype, device)));
        }
    }

    public static Tensor full(double value, DType dtype, Device device, long... shape) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.full(shape, s.add(new Scalar(value)), options(s, dtype, device)));
        }
    }

    /** [0, 1, ..., n-1] as I64 on the CPU. */
    public static Tensor arange(long n) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.arange(s.add(new Scalar(n)), options(s, DType.I64, Device.CPU)));
        }
    }

    /** Copies {@code data} into a new CPU tensor; an empty {@code shape} means a vector. */
    public static Tensor of(float[] data, long... shape) {
        return fill(DType.F32, data.length, shape, p -> new FloatPointer(p).put(data, 0, data.length));
    }

    /** @see #of(float[], long...) */
    public static Tensor of(double[] data, long... shape) {
        return fill(DType.F64, data.length, shape, p -> new DoublePointer(p).put(data, 0, data.length));
    }

    /** @see #of(float[], long...) */
    public static Tensor of(long[] data, long... shape) {
        return fill(DType.I64, data.length, shape, p -> new LongPointer(p).put(data, 0, data.length));
    }

    /** Unsigned bytes. @see #of(float[], long...) */
    public static Tensor of(byte[] data, long... shape) {
        return ofBytes(DType.U8, data, 0, data.length, shape);
    }

    /** A CPU tensor from the little-endian bytes of its elements, copied. */
    public static Tensor ofBytes(DType dtype, byte[] data, int offset, int length, long... shape) {
        if (length % dtype.bytes() != 0) {
            throw new UserException(length + " bytes are no whole number of " + dtype + " elements");
        }
        return fill(dtype, length / dtype.bytes(), shape, p -> new BytePointer(p).put(data, offset, length));
    }

    /** A CPU tensor from memory such as a mapped file, copied. @param segment little-endian elements */
    public static Tensor ofMemory(DType dtype, java.lang.foreign.MemorySegment segment, long... shape) {
        Tensor t = empty(dtype, shape);
        if (t.numel() * dtype.bytes() != segment.byteSize()) {
            throw new ShapeException("memory of " + segment.byteSize() + " bytes", "as many as " + dtype + " needs", shape);
        }
        if (t.numel() > 0) {
            try (var s = new NativeTemporaries()) {
                Pointer to = s.add(t.raw.data_ptr());
                java.lang.foreign.MemorySegment.ofAddress(to.address())
                        .reinterpret(segment.byteSize())
                        .copyFrom(segment);
            }
        }
        return t;
    }

    /**
     * As {@link #ofMemory}, without a copy where the memory is aligned and not on Java's heap. The tensor must not be written, nor used
     * once the memory is unmapped.
     */
    public static Tensor overMemory(DType dtype, java.lang.foreign.MemorySegment segment, long... shape) {
        long bytes = Arrays.stream(shape).reduce(dtype.bytes(), (a, b) -> a * b);
        if (!segment.isNative() || bytes == 0 || bytes != segment.byteSize() || segment.address() % dtype.bytes() != 0) {
            return ofMemory(dtype, segment, shape);
        }
        try (var s = new NativeTemporaries()) {
            return wrap(torch.from_blob(s.add(new At(segment.address())), shape, options(s, dtype, Device.CPU)));
        }
    }

    /** Memory that has another owner. */
    private static final class At extends Pointer {
        At(long place) {
            address = place;
        }
    }

    /** Not cleared: for callers that write every element. */
    private static Tensor empty(DType dtype, long... shape) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.empty(shape, options(s, dtype, Device.CPU), s.add(new org.bytedeco.pytorch.MemoryFormatOptional())));
        }
    }

    private interface Filler {
        Pointer fill(Pointer memory);
    }

    private static Tensor fill(DType dtype, long count, long[] shape, Filler filler) {
        long[] real = shape.length == 0 ? new long[] {count} : shape;
        if (Arrays.stream(real).reduce(1, (a, b) -> a * b) != count) {
            throw new ShapeException("array of " + count + " elements", "as many elements as the shape holds", real);
        }
        Tensor t = empty(dtype, real);
        if (count > 0) {
            try (var s = new NativeTemporaries()) {
                s.add(filler.fill(s.add(t.raw.data_ptr())));
            }
        }
        return t;
    }

    // ------------------------------------------------------------------ facts

    public long[] shape() {
        return raw.shape();
    }

    public long size(int dim) {
        return raw.size(dim);
    }

    public int dim() {
        return (int) raw.dim();
    }

    public long numel() {
        return raw.numel();
    }

    public DType dtype() {
        return DType.of(raw.scalar_type());
    }

    public Device device() {
        if (!raw.is_cuda()) {
            return Device.CPU;
        }
        try (var s = new NativeTemporaries()) {
            return new Device(Device.Kind.CUDA, s.add(raw.device()).index());
        }
    }

    /** Whether both begin at the same address. */
    boolean sharesMemoryWith(Tensor o) {
        try (var s = new NativeTemporaries()) {
            return s.add(raw.data_ptr()).address() == s.add(o.raw.data_ptr()).address();
        }
    }

    public boolean requiresGrad() {
        return raw.requires_grad();
    }

    // ------------------------------------------------------------------ lifetime

    /** Takes this tensor out of all scopes: the caller must {@link #close} it. */
    public Tensor own() {
        raw.retainReference();
        return this;
    }

    /** Frees the native memory now. */
    @Override
    public void close() {
        raw.deallocate();
    }

    // ------------------------------------------------------------------ to Java

    /** The one element of a scalar tensor; waits for the device. */
    public double item() {
        return raw.item_double();
    }

    public float[] toFloatArray() {
        try (var scope = Scope.open("toFloatArray")) {
            var c = to(DType.F32).to(Device.CPU).contiguous();
            float[] out = new float[Math.toIntExact(c.numel())];
            if (out.length > 0) {
                new FloatPointer(c.raw.data_ptr()).get(out);
            }
            return out;
        }
    }

    public double[] toDoubleArray() {
        try (var scope = Scope.open("toDoubleArray")) {
            var c = to(DType.F64).to(Device.CPU).contiguous();
            double[] out = new double[Math.toIntExact(c.numel())];
            if (out.length > 0) {
                new DoublePointer(c.raw.data_ptr()).get(out);
            }
            return out;
        }
    }

    public long[] toLongArray() {
        try (var scope = Scope.open("toLongArray")) {
            var c = to(DType.I64).to(Device.CPU).contiguous();
            long[] out = new long[Math.toIntExact(c.numel())];
            if (out.length > 0) {
                new LongPointer(c.raw.data_ptr()).get(out);
            }
            return out;
        }
    }

    /** The elements' little-endian bytes in row-major order, whatever the dtype. */
    public byte[] toByteArray() {
        try (var scope = Scope.open("toByteArray")) {
            var c = to(Device.CPU).contiguous();
            byte[] out = new byte[Math.toIntExact(c.numel() * dtype().bytes())];
            if (out.length > 0) {
                new BytePointer(c.raw.data_ptr()).get(out);
            }
            return out;
        }
    }

    /** The elements' little-endian bytes written to {@code sink} in pieces, for tensors of any size. */
    public void writeBytes(ByteSink sink) throws java.io.IOException {
        try (var scope = Scope.open("writeBytes")) {
            var c = to(Device.CPU).contiguous();
            long bytes = c.numel() * dtype().bytes();
            if (bytes == 0) {
                return;
            }
            var all = java.lang.foreign.MemorySegment.ofAddress(c.raw.data_ptr().address()).reinterpret(bytes);
            int piece = 1 << 26;
            for (long at = 0; at < bytes; at += piece) {
                sink.write(all.asSlice(at, Math.min(piece, bytes - at)).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    /** Takes pieces of bytes. */
    public interface ByteSink {
        void write(ByteBuffer piece) throws java.io.IOException;
    }

    // ------------------------------------------------------------------ conversion

    public Tensor to(DType dtype) {
        return wrap(raw.to(dtype.torch));
    }

    /** As {@link #to(DType)}, but this itself where it has the type already: for what is not closed on its own. */
    public Tensor as(DType dtype) {
        return dtype() == dtype ? this : to(dtype);
    }

    public Tensor to(Device device) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.to(s.add(device.torch()), raw.scalar_type()));
        }
    }

    public Tensor contiguous() {
        return wrap(raw.contiguous());
    }

    public Tensor detach() {
        return wrap(raw.detach());
    }

    /** A copy with memory of its own. */
    public Tensor copy() {
        return wrap(raw.clone());
    }

    // ------------------------------------------------------------------ autograd

    /** Marks a leaf whose gradient {@link #backward} accumulates. */
    public Tensor requiresGrad(boolean on) {
        raw.set_requires_grad(on);
        return this;
    }

    /** Accumulates gradients of this scalar into every leaf it came from. */
    public void backward() {
        raw.backward();
    }

    /** Accumulates gradients, this tensor's own gradient being {@code gradient}. */
    public void backward(Tensor gradient) {
        try (var s = new NativeTemporaries()) {
            raw.backward(gradient.raw, s.add(new org.bytedeco.pytorch.BoolOptional()), false, s.add(new org.bytedeco.pytorch.TensorArrayRefOptional()));
        }
    }

    public boolean hasGrad() {
        return raw.grad().defined();
    }

    /** The accumulated gradient; shares memory with it. */
    public Tensor grad() {
        return wrap(new org.bytedeco.pytorch.Tensor(raw.grad()));
    }

    /** Drops the accumulated gradient and its memory. */
    public void clearGrad() {
        try (var s = new NativeTemporaries()) {
            raw.mutable_grad().put(s.add(new org.bytedeco.pytorch.Tensor()));
        }
    }

    // ------------------------------------------------------------------ shape

    public Tensor reshape(long... shape) {
        return wrap(raw.reshape(shape));
    }

    /** Reshape that never copies; fails when the memory order does not allow it. */
    public Tensor view(long... shape) {
        return wrap(raw.view(shape));
    }

    public Tensor permute(long... dims) {
        return wrap(raw.permute(dims));
    }

    public Tensor transpose(int a, int b) {
        return wrap(raw.transpose(a, b));
    }

    /** Elements {@code start .. start+length-1} of a dimension; shares memory. */
    public Tensor narrow(int dim, long start, long length) {
        return wrap(raw.narrow(dim, start, length));
    }

    /** One index of a dimension, which disappears; shares memory. */
    public Tensor select(int dim, long index) {
        return wrap(raw.select((long) dim, index));
    }

    public Tensor unsqueeze(int dim) {
        return wrap(raw.unsqueeze(dim));
    }

    public Tensor squeeze(int dim) {
        return wrap(raw.squeeze((long) dim));
    }

    /** -1 keeps a size. */
    public Tensor expand(long... shape) {
        return wrap(raw.expand(shape));
    }

    public Tensor repeat(long... times) {
        return wrap(raw.repeat(times));
    }

    public Tensor flatten(int first, int last) {
        return wrap(raw.flatten(first, last));
    }

    /** Elements shifted cyclically along a dimension by {@code shift}. */
    public Tensor roll(long shift, int dim) {
        return wrap(raw.roll(new long[] {shift}, dim));
    }

    public Tensor flip(long... dims) {
        return wrap(raw.flip(dims));
    }

    public List<Tensor> split(long size, int dim) {
        try (var s = new NativeTemporaries()) {
            return list(s.add(raw.split(size, dim)));
        }
    }

    public List<Tensor> chunk(int chunks, int dim) {
        try (var s = new NativeTemporaries()) {
            return list(s.add(raw.chunk(chunks, dim)));
        }
    }

    public Tensor indexSelect(int dim, Tensor index) {
        return wrap(raw.index_select((long) dim, index.raw));
    }

    public static Tensor cat(List<Tensor> tensors, int dim) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.cat(s.add(vector(tensors)), dim));
        }
    }

    public static Tensor cat(int dim, Tensor... tensors) {
        return cat(List.of(tensors), dim);
    }

    public static Tensor stack(List<Tensor> tensors, int dim) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.stack(s.add(vector(tensors)), dim));
        }
    }

    public static Tensor stack(int dim, Tensor... tensors) {
        return stack(List.of(tensors), dim);
    }

    // ------------------------------------------------------------------ arithmetic

    public Tensor add(Tensor o) {
        return wrap(raw.add(o.raw));
    }

    public Tensor add(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.add(s.add(new Scalar(v))));
        }
    }

    public Tensor sub(Tensor o) {
        return wrap(raw.sub(o.raw));
    }

    public Tensor sub(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.sub(s.add(new Scalar(v))));
        }
    }

    public Tensor mul(Tensor o) {
        return wrap(raw.mul(o.raw));
    }

    public Tensor mul(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.mul(s.add(new Scalar(v))));
        }
    }

    /** {@code this + a·b} in one pass over memory, all broadcast: gated residuals and modulation. */
    public Tensor addProduct(Tensor a, Tensor b) {
        return wrap(raw.addcmul(a.raw, b.raw));
    }

    public Tensor div(Tensor o) {
        return wrap(raw.div(o.raw));
    }

    public Tensor div(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.div(s.add(new Scalar(v))));
        }
    }

    public Tensor pow(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.pow(s.add(new Scalar(v))));
        }
    }

    /** {@code this + v·(o - this)}, changing this tensor. */
    public Tensor lerpInPlace(Tensor o, double v) {
        try (var s = new NativeTemporaries()) {
            raw.lerp_(o.raw, s.add(new Scalar(v))); // returns this very object
            return this;
        }
    }

    public Tensor addInPlace(Tensor o) {
        try (var s = new NativeTemporaries()) {
            raw.add_(o.raw); // returns this very object
            return this;
        }
    }

    public Tensor mulInPlace(double v) {
        try (var s = new NativeTemporaries()) {
            raw.mul_(s.add(new Scalar(v))); // returns this very object
            return this;
        }
    }

    /** Copies the values of {@code o} (broadcast, cast) into this tensor. */
    public Tensor copyFrom(Tensor o) {
        try (var s = new NativeTemporaries()) {
            raw.copy_(o.raw); // returns this very object
            return this;
        }
    }

    public Tensor fillInPlace(double v) {
        try (var s = new NativeTemporaries()) {
            raw.fill_(s.add(new Scalar(v))); // returns this very object
            return this;
        }
    }

    public Tensor matmul(Tensor o) {
        return wrap(raw.matmul(o.raw));
    }

    public Tensor neg() {
        return wrap(raw.neg());
    }

    public Tensor sqrt() {
        return wrap(raw.sqrt());
    }

    public Tensor exp() {
        return wrap(raw.exp());
    }

    public Tensor log() {
        return wrap(raw.log());
    }

    public Tensor abs() {
        return wrap(raw.abs());
    }

    public Tensor tanh() {
        return wrap(raw.tanh());
    }

    public Tensor relu() {
        return wrap(raw.relu());
    }

    public Tensor sin() {
        return wrap(raw.sin());
    }

    public Tensor cos() {
        return wrap(raw.cos());
    }

    public Tensor square() {
        return wrap(raw.square());
    }

    public Tensor floor() {
        return wrap(raw.floor());
    }

    public Tensor round() {
        return wrap(raw.round());
    }

    public Tensor sign() {
        return wrap(raw.sign());
    }

    public Tensor silu() {
        return wrap(torch.silu(raw));
    }

    /** GELU with the error function. */
    public Tensor gelu() {
        return wrap(torch.gelu(raw));
    }

    /** GELU in its tanh approximation. */
    public Tensor geluTanh() {
        return Gelu.tanh(this);
    }

    public Tensor softplus() {
        return wrap(torch.softplus(raw));
    }

    public Tensor leakyRelu(double slope) {
        try (var s = new NativeTemporaries()) {
            return wrap(torch.leaky_relu(raw, s.add(new Scalar(slope))));
        }
    }

    public Tensor softmax(int dim) {
        return wrap(torch.softmax(raw, dim));
    }

    public Tensor clamp(double min, double max) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.clamp(s.add(new ScalarOptional(s.add(new Scalar(min)))), s.add(new ScalarOptional(s.add(new Scalar(max))))));
        }
    }

    public Tensor eq(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.eq(s.add(new Scalar(v))));
        }
    }

    public Tensor eq(Tensor o) {
        return wrap(raw.eq(o.raw));
    }

    public Tensor lt(double v) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.lt(s.add(new Scalar(v))));
        }
    }

    public Tensor lt(Tensor o) {
        return wrap(raw.lt(o.raw));
    }

    public static Tensor where(Tensor mask, Tensor a, Tensor b) {
        return wrap(torch.where(mask.raw, a.raw, b.raw));
    }

    public Tensor isFinite() {
        return wrap(torch.isfinite(raw));
    }

    // ------------------------------------------------------------------ reduction

    /** Sum of all elements. */
    public Tensor sum() {
        return wrap(raw.sum());
    }

    public Tensor sum(boolean keepDim, long... dims) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.sum(dims, keepDim, s.add(new ScalarTypeOptional())));
        }
    }

    /** Mean of all elements. */
    public Tensor mean() {
        return wrap(raw.mean());
    }

    public Tensor mean(boolean keepDim, long... dims) {
        try (var s = new NativeTemporaries()) {
            return wrap(raw.mean(dims, keepDim, s.add(new ScalarTypeOptional())));
        }
    }

    public Tensor max() {
        return wrap(raw.max());
    }

    public Tensor min() {
        return wrap(raw.min());
    }

    public Tensor amax(boolean keepDim, long... dims) {
        return wrap(raw.amax(dims, keepDim));
    }

    /** Largest k values and their indices along the last dimension, in falling order. */
    public List<Tensor> topK(long k) {
        try (var s = new NativeTemporaries()) {
            var pair = s.add(raw.topk(k));
            return List.of(
                    wrap(new org.bytedeco.pytorch.Tensor(pair.get0())), wrap(new org.bytedeco.pytorch.Tensor(pair.get1())));
        }
    }

    /** Eigenvalues (rising) and eigenvectors (columns) of a symmetric matrix. */
    public List<Tensor> eigh() {
        try (var s = new NativeTemporaries()) {
            var pair = s.add(torch.linalg_eigh(raw));
            return List.of(
                    wrap(new org.bytedeco.pytorch.Tensor(pair.get0())), wrap(new org.bytedeco.pytorch.Tensor(pair.get1())));
        }
    }

    /** Whether shape, dtype and every element agree, bit for bit apart from the sign of zero. */
    public boolean sameAs(Tensor o) {
        return dtype() == o.dtype() && Arrays.equals(shape(), o.shape()) && raw.equal(o.raw);
    }

    /** Mean of squared differences to {@code o}, a scalar. */
    public Tensor mse(Tensor o) {
        return sub(o).square().mean();
    }

    @Override
    public String toString() {
        return raw.isNull() ? "Tensor(closed)" : "Tensor" + Arrays.toString(shape()) + ":" + dtype() + "@" + device();
    }
}
