package org.praxino.walt;

import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Mean and standard deviation of each channel of text states.
 *
 * @param mean [text width] fp64
 * @param std [text width] fp64, at least 1e-4
 */
record TextStatistics(Tensor mean, Tensor std) {
    /**
     * Over all real tokens of all texts, in the caller's scope.
     *
     * @param states [M, S, text width]
     * @param mask [M, S], 1 for real tokens and 0 for padding
     * @throws UserException without a real token, or with a state that is not finite
     */
    static TextStatistics of(Tensor states, Tensor mask) {
        Tensor real = mask.to(DType.F64).unsqueeze(-1); // [M, S, 1]
        Tensor count = real.sum();
        Tensor all = states.to(DType.F64);
        Tensor mean = all.mul(real).sum(false, 0, 1).div(count);
        Tensor variance = all.sub(mean).square().mul(real).sum(false, 0, 1).div(count);
        if (variance.isFinite().to(DType.F32).min().item() < 1) {
            throw new UserException("the text states hold no real tokens, or numbers that are not finite");
        }
        return new TextStatistics(mean, variance.sqrt().clamp(1e-4, Double.MAX_VALUE));
    }
}
