package org.praxino.tensor;

/** A configuration value is impossible; the message names the key, the value and what would be right. */
public final class ConfigException extends UserException {
    public ConfigException(String sentence) {
        super(sentence);
    }
}
