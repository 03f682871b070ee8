package org.praxino.app;

/** An {@link Action} with its context filled in: what a parsed command calls. */
@FunctionalInterface
interface Runner<O> {
    int run(O options) throws Exception;
}
