package org.praxino.diffusion;

/** One step of a sampler: the level it starts from and the level it leads to. */
public record Step(double level, double next) {}
