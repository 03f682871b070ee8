package org.praxino.train.data;

import java.util.List;
import org.praxino.io.onnx.MiniLmWeights;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.io.tokenizer.TextTokenizer;
import org.praxino.stream.GenerateRequest;
import org.praxino.tensor.UserException;
import org.praxino.text.MiniLmEncoder;

/** How long a caption may be that the bundled text encoder reads, in tokens ({@link MiniLmEncoder#MAX_TOKENS}) and in characters. */
public final class CaptionLimit implements AutoCloseable {
    private static final int SHOWN = 30;

    private final TextTokenizer tokenizer = MiniLmWeights.tokenizer();

    /** Whether the encoder reads all of {@code caption}. */
    public boolean fits(String caption) {
        return caption.length() <= GenerateRequest.MAX_CHARACTERS && dropped(caption) == 0;
    }

    /** The longest beginning of {@code caption} that fits, in whole words where it has any. */
    public String cut(String caption) {
        int[] letters = caption.codePoints().limit(GenerateRequest.MAX_CHARACTERS / 2).toArray();
        int fits = 0;
        int tooMany = letters.length + 1;
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) / 2;
            if (fits(new String(letters, 0, middle))) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        String beginning = new String(letters, 0, fits);
        boolean withinWord = beginning.length() < caption.length() && caption.charAt(beginning.length()) != ' ' && beginning.contains(" ");
        return withinWord ? beginning.substring(0, beginning.lastIndexOf(' ')).strip() : beginning.strip();
    }

    /** What is wrong with a caption that does not fit. */
    public String problem(String caption) {
        int dropped = dropped(caption);
        String begin = caption.substring(0, caption.offsetByCodePoints(0, Math.min(SHOWN, caption.codePointCount(0, caption.length()))));
        return "its caption \"" + begin + "…\" has " + (dropped > 0
                ? MiniLmEncoder.MAX_TOKENS + dropped + " tokens, and the text encoder reads " + MiniLmEncoder.MAX_TOKENS
                : caption.length() + " characters, and " + GenerateRequest.MAX_CHARACTERS + " are read");
    }

    /**
     * Looks at every caption of {@code store}, which takes seconds, before work that takes hours.
     *
     * @throws UserException that names the first clip with a caption that does not fit
     */
    public void requireFits(ClipStore store) {
        for (ClipStore.Clip clip : store.clips()) {
            for (String caption : clip.info().captions()) {
                if (!fits(caption)) {
                    throw new UserException(clip.info().file() + " in " + store.folder() + " cannot be trained on: " + problem(caption)
                            + "; shorten it, or prepare the data again with --long-captions skip or cut.");
                }
            }
        }
    }

    private int dropped(String caption) {
        return tokenizer.encode(List.of(PromptCleaning.clean(caption)), MiniLmEncoder.MAX_TOKENS, TextTokenizer.Padding.LONGEST).dropped()[0];
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
