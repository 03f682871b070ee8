package org.praxino.app.cli;

import picocli.CommandLine.Option;

/** The {@code --model} option, with the bundled model as default. */
public final class ModelOption {
    public static final String DEFAULT = "emoji-128";

    @Option(names = {"-m", "--model"}, paramLabel = "NAME|DIR", defaultValue = DEFAULT,
            description = "Bundled model or model folder (default: ${DEFAULT-VALUE}; see praxino models).")
    private String model = DEFAULT;

    public String model() {
        return model;
    }
}
