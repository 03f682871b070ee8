package org.praxino.app.cli;

/** A {@link CommandAction} bound to its context. */
@FunctionalInterface
public interface BoundAction<O> {
    int run(O options) throws Exception;
}
