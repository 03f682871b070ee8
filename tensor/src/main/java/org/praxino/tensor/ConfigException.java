package org.praxino.tensor;

/** A configuration value is invalid; the message names the key, the value and what is allowed. */
public final class ConfigException extends UserException {
    public ConfigException(String sentence) {
        super(sentence);
    }
}
