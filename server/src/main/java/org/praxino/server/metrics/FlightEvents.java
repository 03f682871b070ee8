package org.praxino.server.metrics;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Java Flight Recorder events, named like the metrics. They contain no prompts and no keys. */
final class FlightEvents {
    private FlightEvents() {}

    @Name("praxino.request")
    @Label("Request")
    @Category("Praxino")
    @StackTrace(false)
    static final class Request extends Event {
        String route = "";
        String model = "";
        int status;

        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("praxino.queue_wait")
    @Label("Queue Wait")
    @Category("Praxino")
    @StackTrace(false)
    static final class QueueWait extends Event {
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("praxino.denoise_step")
    @Label("Denoise Step")
    @Category("Praxino")
    @StackTrace(false)
    static final class DenoiseStep extends Event {
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("praxino.job")
    @Label("Job")
    @Description("A job has ended")
    @Category("Praxino")
    @StackTrace(false)
    static final class JobEnd extends Event {
        String model = "";
        String outcome = "";
    }

    @Name("praxino.block")
    @Label("Block")
    @Description("A block of a live session is ready to be sent")
    @Category("Praxino")
    @StackTrace(false)
    static final class Block extends Event {
        String model = "";
        String session = "";
        long block;

        @Timespan(Timespan.NANOSECONDS)
        long make;

        @Timespan(Timespan.NANOSECONDS)
        long decode;

        int frames;
        double drift;
    }

    @Name("praxino.update_to_visible")
    @Label("Update To Visible")
    @Description("From an update of a live session to the first frame on the client's screen that shows it")
    @Category("Praxino")
    @StackTrace(false)
    static final class Update extends Event {
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    static void request(String route, String model, int status, Duration took) {
        var e = new Request();
        if (e.isEnabled()) {
            e.route = route;
            e.model = model;
            e.status = status;
            e.took = took.toNanos();
            e.commit();
        }
    }

    static void queueWait(Duration took) {
        var e = new QueueWait();
        e.took = took.toNanos();
        e.commit();
    }

    static void denoiseStep(Duration took) {
        var e = new DenoiseStep();
        e.took = took.toNanos();
        e.commit();
    }

    static void job(String model, String outcome) {
        var e = new JobEnd();
        e.model = model;
        e.outcome = outcome;
        e.commit();
    }

    static void block(String model, String session, long block, long make, long decode, int frames, double drift) {
        var e = new Block();
        if (e.isEnabled()) {
            e.model = model;
            e.session = session;
            e.block = block;
            e.make = make;
            e.decode = decode;
            e.frames = frames;
            e.drift = drift;
            e.commit();
        }
    }

    static void update(long nanos) {
        var e = new Update();
        e.took = nanos;
        e.commit();
    }
}
