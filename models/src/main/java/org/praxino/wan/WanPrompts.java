package org.praxino.wan;

/** Texts that Wan's own program uses. */
public final class WanPrompts {
    private WanPrompts() {}

    /**
     * The default negative prompt: {@code sample_neg_prompt} of Wan 2.1 (Apache-2.0), the text it was tuned with. In English: garish,
     * overexposed, static, blurred details, subtitles, style, artwork, painting, still, greyish, worst quality, low quality, JPEG residue,
     * ugly, mutilated, extra fingers, badly drawn hands and faces, deformed, disfigured, malformed limbs, fused fingers, motionless, messy
     * background, three legs, crowded background, walking backwards.
     */
    public static final String NEGATIVE = "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，丑陋的，残缺的，"
            + "多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走";
}
