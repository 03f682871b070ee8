package org.praxino.stream;

/** What a model's prompt is. */
public enum PromptKind {
    /** A sentence. */
    TEXT,
    /** The name or number of a class. */
    CLASS,
    /** Nothing: the model takes neither text nor class. */
    NONE
}
