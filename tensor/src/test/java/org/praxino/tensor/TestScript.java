package org.praxino.tensor;

import java.nio.file.Path;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;

/** TorchScript networks without weights, written from source text. */
public final class TestScript {
    private TestScript() {}

    /** Saves a network whose methods are {@code source}. */
    public static Path save(Path file, String source) {
        try (var name = new QualifiedName("Tiny");
                var module = new JitModule(name)) {
            module.define(source);
            module.save(file.toString());
        }
        return file;
    }
}
