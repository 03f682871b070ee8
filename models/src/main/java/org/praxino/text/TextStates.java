package org.praxino.text;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/**
 * Token states of B prompts.
 *
 * @param states [B, S, D], zero where there is no token
 * @param mask [B, S] BOOL, true where there is a token; tokens come first, padding after them
 */
public record TextStates(Tensor states, Tensor mask) {

    public TextStates {
        if (states.dim() != 3) {
            throw new ShapeException("text states", "[B, S, D]", states.shape());
        }
        if (mask.dim() != 2 || mask.size(0) != states.size(0) || mask.size(1) != states.size(1)) {
            throw new ShapeException("text mask", "[" + states.size(0) + ", " + states.size(1) + "]", mask.shape());
        }
        if (mask.dtype() != DType.BOOL) {
            throw new IllegalArgumentException("text mask is " + mask.dtype() + ", expected BOOL");
        }
    }

    /** Number of prompts. */
    public long batch() {
        return states.size(0);
    }

    /** Tokens of the longest prompt, or more where it was padded further. */
    public long tokens() {
        return states.size(1);
    }

    public long width() {
        return states.size(2);
    }

    /**
     * Puts prompts of different lengths into one batch.
     *
     * @param prompts [S_i, D] each, of one dtype on one device
     */
    public static TextStates pad(List<Tensor> prompts) {
        long longest = prompts.stream().mapToLong(p -> p.size(0)).max().orElseThrow();
        return pad(prompts, longest);
    }

    /** As {@link #pad(List)} to at least {@code tokens} tokens. */
    public static TextStates pad(List<Tensor> prompts, long tokens) {
        Device device = prompts.getFirst().device();
        try (var scope = Scope.open("TextStates.pad")) {
            List<Tensor> rows = new ArrayList<>();
            float[] present = new float[Math.toIntExact(prompts.size() * tokens)];
            for (Tensor p : prompts) {
                long length = p.size(0);
                if (length > tokens) {
                    throw new ShapeException("text states", "at most " + tokens + " tokens", p.shape());
                }
                java.util.Arrays.fill(present, Math.toIntExact(rows.size() * tokens), Math.toIntExact(rows.size() * tokens + length), 1);
                rows.add(Ops.pad(p, 0, 0, 0, tokens - length)); // [S_i, D] -> [S, D]
            }
            Tensor mask = Tensor.of(present, prompts.size(), tokens).to(DType.BOOL).to(device);
            return new TextStates(scope.keep(Tensor.stack(rows, 0)), scope.keep(mask));
        }
    }

    /** The prompts one by one, without padding: [S_i, D] each; they share this batch's memory. */
    public List<Tensor> unpad() {
        try (var scope = Scope.open("TextStates.unpad")) {
            long[] lengths = mask.to(DType.I64).sum(false, 1).toLongArray();
            List<Tensor> rows = new ArrayList<>();
            for (int i = 0; i < lengths.length; i++) {
                rows.add(scope.keep(states.select(0, i).narrow(0, 0, lengths[i])));
            }
            return rows;
        }
    }

    /** These states in {@code dtype} on {@code device}. */
    public TextStates to(Device device, DType dtype) {
        return new TextStates(states.to(device).to(dtype), mask.to(device));
    }

    /** The mean state of each prompt over its tokens: [B, D], fp32. */
    public Tensor pooled() {
        try (var scope = Scope.open("TextStates.pooled")) {
            Tensor weight = mask.to(DType.F32).unsqueeze(-1); // [B, S, 1]
            Tensor total = states.to(DType.F32).mul(weight).sum(false, 1); // [B, D]
            return scope.keep(total.div(weight.sum(false, 1)));
        }
    }
}
