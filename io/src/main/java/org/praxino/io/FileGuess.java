package org.praxino.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Guesses what a file of unexpected format is, for error messages about failed downloads. */
public final class FileGuess {
    /** Enough of a file for {@link #of}. */
    public static final int FIRST = 64;

    private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.safetensors");

    private FileGuess() {}

    /**
     * What a file seems to be, and what to do about it, to follow "it"; null when that is not known. To be asked of files that cannot be
     * read as what they are called: those that can may begin with any bytes.
     *
     * @param first bytes of it, {@link #FIRST} or all
     */
    public static @Nullable String of(byte[] first) {
        String text = new String(first, StandardCharsets.ISO_8859_1);
        if (first.length == 0) {
            return "is empty: get it again";
        }
        if (text.startsWith("version https://git-lfs")) {
            return "is a pointer of Git LFS and not the file itself: fetch that, as git lfs pull does";
        }
        if (text.stripLeading().startsWith("<")) {
            return "is a web page or the like, which a site sent in place of the file: get it again";
        }
        if (text.startsWith("GGUF")) {
            return "is a GGUF file, quantised for other programs: take the weights as safetensors in bf16 or fp32";
        }
        if (text.startsWith("PK\3\4")) {
            return "is a zip archive, as PyTorch's checkpoints are: if it is one, let its name end in .pt or .pth";
        }
        if (text.startsWith("\u0080\2")) {
            return "is in PyTorch's format from before version 1.6: load it with PyTorch and save it again";
        }
        return null;
    }

    /** What a folder without readable weights has instead, as the end of a sentence; empty when nothing is recognised. */
    public static String instead(Path folder) {
        @Nullable String shard = first(folder, name -> SHARD.matcher(name).matches());
        if (shard != null) {
            return "; " + shard + " is there, but not the index of it and its like: get " + shard.replaceFirst("-\\d{5}-of-\\d{5}", "")
                    + ".index.json too";
        }
        @Nullable String quantised = first(folder, name -> name.toLowerCase(Locale.ROOT).endsWith(".gguf"));
        return quantised != null ? "; " + quantised + " is there, but GGUF is quantised for other programs" : startsWith(folder);
    }

    /** The transfer that has begun in a folder, to end a sentence with; empty when there is none. */
    public static String startsWith(Path folder) {
        @Nullable String part = first(folder, name -> name.startsWith(".") && name.endsWith(".part"));
        return part == null ? "" : "; " + part + " is an interrupted download: the same praxino pull continues it";
    }

    private static @Nullable String first(Path folder, Predicate<String> name) {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(p -> p.getFileName().toString()).filter(name).sorted().findFirst().orElse(null);
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }
}
