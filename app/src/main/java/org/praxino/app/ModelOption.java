package org.praxino.app;

import picocli.CommandLine.Option;

/** The {@code --model} option, with the bundled model as default. */
final class ModelOption {
    static final String DEFAULT = "emoji-128";

    @Option(names = {"-m", "--model"}, paramLabel = "NAME|DIR", defaultValue = DEFAULT,
            description = "Bundled model or model folder (default: ${DEFAULT-VALUE}; see praxino models).")
    private String model = DEFAULT;

    String model() {
        return model;
    }
}
