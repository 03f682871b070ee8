package org.praxino.app;

/** A {@link CommandAction} bound to its context. */
@FunctionalInterface
interface BoundAction<O> {
    int run(O options) throws Exception;
}
