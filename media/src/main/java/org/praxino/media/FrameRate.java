package org.praxino.media;

/** Frames a second as a fraction in lowest terms, so that no container's clock drifts. */
record FrameRate(int num, int den) {
    /** The fraction that was meant: 23.976 is 24000/1001, 12.5 is 25/2. */
    static FrameRate of(double fps) {
        long ntsc = Math.round(fps * 1.001);
        if (ntsc > 0 && Math.abs(fps - ntsc / 1.001) < 5e-4 && Math.abs(fps - Math.rint(fps)) > 1e-6) {
            return reduced(ntsc * 1000, 1001);
        }
        return reduced(Math.max(1, Math.round(fps * 1000)), 1000);
    }

    private static FrameRate reduced(long num, long den) {
        long a = num;
        long b = den;
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return new FrameRate((int) (num / a), (int) (den / a));
    }

    double fps() {
        return num / (double) den;
    }
}
