package org.praxino.io.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.praxino.io.FileErrors;
import org.praxino.io.WeightFile;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.io.torch.TorchCheckpoint;
import org.praxino.tensor.UserException;

/** Opens weights of any supported format, detected by file name and first bytes. */
public final class WeightFormats {
    private WeightFormats() {}

    /** Whether a name is one of a file of weights: safetensors, its index, or a PyTorch checkpoint. */
    public static boolean isWeights(Path file) {
        String name = name(file);
        return isSafetensors(name) || isTorch(name);
    }

    /** Whether the file is a PyTorch checkpoint by its name. */
    public static boolean isTorch(Path file) {
        return isTorch(name(file));
    }

    /**
     * Opens a file, the index of several, or a folder with either under a usual name.
     *
     * @throws UserException one sentence, when the file is of another format or cannot be read
     */
    public static WeightFile open(Path path) {
        if (Files.isDirectory(path)) {
            return WeightFiles.open(HubCache.snapshot(path));
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) { // reading from a pipe may never end
            throw new UserException("Cannot read " + path + ": it is a device or a pipe, and no file.");
        }
        String name = name(path);
        if (isSafetensors(name)) {
            return WeightFiles.open(path);
        }
        if (name.endsWith(".gguf") || begins(path, "GGUF")) {
            throw new UserException(path + " is a GGUF file, quantised for other programs: take the model as safetensors in bf16 or fp32, or as a"
                    + " PyTorch checkpoint.");
        }
        if (isTorch(name)) {
            return TorchCheckpoint.open(path);
        }
        throw new UserException(path + " is no file of weights: known are .safetensors, .safetensors.index.json, .pt, .pth, .ckpt and .bin.");
    }

    private static boolean isSafetensors(String name) {
        return name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json");
    }

    private static boolean isTorch(String name) {
        return name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".ckpt") || name.endsWith(".bin");
    }

    private static String name(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private static boolean begins(Path file, String magic) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(magic.length()), StandardCharsets.US_ASCII).equals(magic);
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
    }
}
