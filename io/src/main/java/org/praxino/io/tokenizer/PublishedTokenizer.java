package org.praxino.io.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.tensor.UserException;

/**
 * A published {@code tokenizer.json} of any kind (WordPiece, Unigram, BPE), run by the library it was written for. Truncation and
 * padding that the file may ask for are switched off: the caller of {@link #encode} decides.
 */
public final class PublishedTokenizer implements TextTokenizer {

    /** Names the filling token goes by; the first the vocabulary has is taken. */
    private static final List<String> PAD_TOKENS = List.of("[PAD]", "<pad>", "<|endoftext|>");

    private static final List<String> UNKNOWN_TOKENS = List.of("[UNK]", "<unk>");

    /** Of a vocabulary without a token for unknown words. */
    private static final long NONE = -1;

    private final HuggingFaceTokenizer tokenizer;
    private final long padId;
    private final long unknownId;

    private PublishedTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.padId = find(tokenizer, PAD_TOKENS, 0);
        this.unknownId = find(tokenizer, UNKNOWN_TOKENS, NONE);
    }

    /** Opens a {@code tokenizer.json}, or the one in a folder. */
    public static PublishedTokenizer open(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        try {
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
    }

    /**
     * Opens a {@code tokenizer.json} on the class path.
     *
     * @param resource absolute name, without a slash at the beginning
     */
    public static PublishedTokenizer fromResource(ClassLoader loader, String resource) {
        try (@Nullable InputStream stream = loader.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new UserException("There is no " + resource + " on the class path: is the jar that carries it missing?");
            }
            return parse(stream.readAllBytes(), resource);
        } catch (IOException e) {
            throw new UserException("Cannot read " + resource + " from the class path: " + e.getMessage() + ".", e);
        }
    }

    private static PublishedTokenizer parse(byte[] json, String where) throws IOException {
        try {
            NativeLibrary.load();
        } catch (RuntimeException | LinkageError e) {
            throw new UserException("Cannot load the native tokenizer library on this system: " + e.getMessage() + ".", e);
        }
        try {
            Map<String, String> neither = Map.of("padding", "false", "truncation", "false");
            return new PublishedTokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), neither));
        } catch (RuntimeException e) {
            throw new UserException("Cannot read " + where + ": it is not a tokenizer.json this version knows (" + e.getMessage() + ").", e);
        }
    }

    /** The number of the first of these that the vocabulary has. */
    private static long find(HuggingFaceTokenizer tokenizer, List<String> tokens, long otherwise) {
        for (String token : tokens) {
            long[] ids = tokenizer.encode(token, false, false).getIds();
            if (ids.length == 1) {
                return ids[0];
            }
        }
        return otherwise;
    }

    @Override
    public boolean hasUnknown(String text) {
        long[] ids = tokenizer.encode(valid(text), false, false).getIds();
        return unknownId != NONE && Arrays.stream(ids).anyMatch(id -> id == unknownId);
    }

    @Override
    public Tokens encode(List<String> texts, int maxLength, Padding padding) {
        Encoding[] whole = texts.isEmpty() ? new Encoding[0] : tokenizer.batchEncode(texts.stream().map(PublishedTokenizer::valid).toList());
        int length = padding == Padding.MAX_LENGTH ? maxLength : 0;
        for (Encoding encoding : whole) {
            length = Math.max(length, Math.min(encoding.getIds().length, maxLength));
        }
        Tokens tokens = new Tokens(
                new long[whole.length][length], new long[whole.length][length], new long[whole.length][length], new int[whole.length]);
        for (int row = 0; row < whole.length; row++) {
            Encoding encoding = whole[row];
            int count = encoding.getIds().length;
            int kept = Math.min(count, maxLength);
            int tail = closingTokens(encoding);
            if (count > maxLength && tail >= maxLength) {
                throw new IllegalArgumentException("maxLength=" + maxLength + " leaves no room beside " + tail + " special tokens");
            }
            cut(encoding.getIds(), tokens.ids()[row], kept, tail);
            cut(encoding.getTypeIds(), tokens.typeIds()[row], kept, tail);
            Arrays.fill(tokens.ids()[row], kept, length, padId);
            Arrays.fill(tokens.mask()[row], 0, kept, 1);
            tokens.dropped()[row] = count - kept;
        }
        return tokens;
    }

    /** Special tokens at the end, kept when a text is truncated. */
    private static int closingTokens(Encoding encoding) {
        long[] special = encoding.getSpecialTokenMask();
        int count = 0;
        while (count < special.length && special[special.length - 1 - count] == 1) {
            count++;
        }
        return count;
    }

    private static void cut(long[] from, long[] to, int kept, int tail) {
        if (kept == from.length) {
            System.arraycopy(from, 0, to, 0, kept);
        } else {
            System.arraycopy(from, 0, to, 0, kept - tail);
            System.arraycopy(from, from.length - tail, to, kept - tail, tail);
        }
    }

    /** Halves of surrogate pairs cannot be written in UTF-8; the replacement character stands for them. */
    private static String valid(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isSurrogate(c)) {
                out = out == null ? new StringBuilder(text) : out;
                out.setCharAt(i, '\ufffd');
            }
        }
        return out == null ? text : out.toString();
    }

    @Override
    public long padId() {
        return padId;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
