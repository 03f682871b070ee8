package org.praxino.stream;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.media.Frame;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Mix;
import org.praxino.stream.timeline.Passage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Plays a timeline block by block: the first half of a stream, on the engine's thread. It makes a block when told to, and goes to states
 * that were kept; whether a block is wanted is for the session to say, where to go for {@link Steering}.
 */
final class Conductor {
    /** Whom it tells. */
    interface Told {
        void event(StreamEvent event);

        /** A block is decoded; on the decoder's thread. */
        void decoded(DecodeLane.Outcome outcome);

        /** The decoder broke; on its thread. */
        void failed(Throwable reason);
    }

    private final Networks networks;
    private final Prompts prompts;
    private final StreamOptions options;
    private final Holdings holdings;
    private final FrameQueue queue;
    private final Told told;
    private final Head.Shape shape;
    private final Score score;
    private final BlockMaker maker;
    private final DecoderReports reports = new DecoderReports();
    private Head head = Head.START;
    private long from;
    private long until;

    Conductor(Networks networks, StreamOptions options, Holdings holdings, FrameQueue queue, Origin origin, Told told) {
        this.networks = networks;
        this.prompts = holdings.prompts;
        this.options = options;
        this.holdings = holdings;
        this.queue = queue;
        this.told = told;
        Timeline timeline = origin.timeline();
        this.shape = Head.Shape.of(networks);
        this.score = new Score(timeline, origin.live(), networks.info().size().fps(), shape);
        this.maker = new BlockMaker(networks, holdings, timeline.seed() == null ? 0 : timeline.seed());
        this.from = origin.from();
        this.until = score.end();
        timeline.cues().stream().map(Cue::prompt).distinct().forEach(prompts::check);
        if (origin.mark() != null) {
            if (origin.mark().head().passage() != null) {
                origin.mark().head().passage().prompts().distinct().forEach(prompts::check);
            }
            take(origin.mark());
        } else {
            var size = networks.info().size();
            boolean given = timeline.cues().getFirst().image() != null || holdings.source != null;
            if (networks.plan().lead() > 0 && (!given || timeline.past() != null)) {
                throw new UserException("model " + networks.info().name() + " begins with a picture (recipe causvid-i2v): give the first prompt an image");
            }
            timeline.cues().stream().map(Cue::image).filter(Objects::nonNull).forEach(i -> i.load(size.width(), size.height()));
            if (timeline.past() != null) {
                head = maker.goOn(timeline.past(), Mix.of(timeline.cues().getFirst().prompt()), seen(), anchorBlocks());
            }
        }
    }

    // ------------------------------------------------------------------ what there is to know

    Score score() {
        return score;
    }

    Head head() {
        return head;
    }

    boolean ended() {
        return head.frame() >= until;
    }

    /** Frames of the next block, made but not counted where they lie behind the first that is wanted. */
    int nextFrames() {
        return score.frames(score.cued(head));
    }

    /** Frames that the next block takes from a source. */
    private int sourceFrames() {
        return head.joins(shape) ? 0 : head.block() == 0 ? shape.first() : shape.full();
    }

    /** Whether the next block may be begun as far as decoding and the source go. */
    boolean ready() {
        return reports.reach(head.block() - (options.overlap() ? 1 : 0)) && (holdings.source == null || holdings.source.has(sourceFrames()));
    }

    boolean waitsForSource() {
        return holdings.source != null && !holdings.source.has(sourceFrames());
    }

    /** Why the source broke off; null when it did not. */
    @Nullable String sourceProblem() {
        return maker.sourceProblem();
    }

    /** Number of the first frame that is not made; beyond all there is while there is no end. */
    long until() {
        return until;
    }

    /** Number of the first frame that is wanted. */
    long from() {
        return from;
    }

    /** @param frame number of the first one that is wanted */
    void from(long frame) {
        from = frame;
    }

    // ------------------------------------------------------------------ a block

    /** Makes the next block and hands it to the decoder as soon as it is clean. */
    void block() {
        long start = System.nanoTime();
        var millis = new CompletableFuture<Double>();
        boolean alarm = reports.take(head.block() - 2);
        Mark mark = holdings.source == null ? mark(alarm) : null;
        Head before = head;
        try (var scope = Scope.open("stream block")) {
            List<Cue> due = score.due(head);
            Cue last = due.isEmpty() ? null : due.getLast();
            Frame picture = last == null ? null : play(last);
            Conditioned condition = prompts.condition(passage().at(head.block()));
            boolean joins = head.joins(shape);
            prepare(joins ? null : last, picture, alarm && shape.rollout() == 0, condition);
            int count = holdings.source == null ? score.frames(head) : sourceFrames();
            head = joins ? head.newRollout() : head;
            BlockMaker.Early early = (clean, shown) -> {
                until = shown < count ? Math.min(until, head.frame() + shown) : until;
                hand(clean, mark, millis);
            };
            boolean made = joins ? maker.join(condition, early)
                    : maker.make(head.block(), count, picture, score.timeline().strength(), condition, early);
            if (!made) { // the source has ended
                until = head.frame();
                return;
            }
            head = head.next(score.frames(head));
            if (last != null) {
                told.event(new StreamEvent.PromptApplied(score.at(before, before.frame()), last.prompt()));
            }
        } finally {
            millis.complete((System.nanoTime() - start) / 1e6);
        }
    }

    private void decoded(DecodeLane.Outcome outcome) {
        reports.heard(outcome.task().head().block(), outcome.alarm());
        told.decoded(outcome);
    }

    private Passage passage() {
        if (head.passage() == null) {
            throw new IllegalStateException("no prompt before block " + head.block());
        }
        return head.passage();
    }

    /** Puts a cue in force. @return the picture that a new scene begins with, or null */
    private @Nullable Frame play(Cue cue) {
        Frame picture = null;
        if (cue.image() != null) {
            try {
                picture = cue.image().load(networks.info().size().width(), networks.info().size().height());
            } catch (UserException e) {
                told.event(new StreamEvent.CueFailed(score.at(head, head.frame()), e.getMessage()));
            }
        }
        head = score.played(head, cue, seen());
        if (picture != null) {
            head = head.newScene();
        }
        return picture;
    }

    /** Blocks of the past that a block can see. */
    private int seen() {
        var plan = networks.plan();
        return Math.max(1, (plan.sink() + plan.window()) / plan.block());
    }

    private int anchorBlocks() {
        return Math.clamp(seen() - 2, 1, options.drift().anchorBlocks());
    }

    private void prepare(@Nullable Cue cue, @Nullable Frame picture, boolean alarm, Conditioned condition) {
        if (picture != null) {
            if (head.block() > 0) {
                maker.startOver();
            }
        } else if (cue != null && cue.transition() instanceof Transition.Recache) {
            if (head.block() > 0) {
                holdings.rollout.recache(condition);
            }
        } else if (alarm && options.reanchor() && head.block() > head.anchorBlock()) {
            maker.startOver();
            holdings.anchor.playTo(holdings.rollout, condition);
            told.event(new StreamEvent.Reanchored(head.block()));
        }
    }

    private void hand(Tensor clean, @Nullable Mark mark, CompletableFuture<Double> millis) {
        holdings.anchor.see(clean, head, anchorBlocks());
        boolean scene = head.block() == head.sceneBlock() && head.block() > 0;
        var task = new DecodeLane.Task(head, clean.copy().own(), mark, scene, head.isLast(shape), from, until, millis);
        holdings.lane.submit(task, queue::put, this::decoded, told::failed);
    }

    // ------------------------------------------------------------------ marks

    /** Keeps the state before the next block, the decoder's part of it too; waits for what is being decoded. */
    void markHere() {
        Mark mark = mark(reports.alarm(head.block() - 2));
        if (mark != null) {
            holdings.lane.fill(mark);
        }
    }

    /** Keeps the state before the next block. @return the mark where the decoder's part is still to come, or null */
    private @Nullable Mark mark(boolean alarm) {
        if (!holdings.history.keeps() || holdings.history.has(head.block())) {
            return null;
        }
        var mark = new Mark(head, holdings.rollout.copy(), holdings.anchor.copied(), alarm);
        holdings.history.keep(mark);
        return mark;
    }

    /** Goes back to a mark: it and all before it stay kept. */
    void goTo(Mark mark) {
        holdings.lane.settle();
        holdings.history.forgetAfter(mark);
        take(mark);
    }

    private void take(Mark mark) {
        try (var scope = Scope.open("go to a mark")) {
            holdings.rollout.restore(mark.rollout().state());
            holdings.anchor.restore(mark.anchor().state());
            holdings.lane.goTo(mark.decoded());
        }
        head = mark.head();
        reports.restart(head.block(), mark.alarmBefore(), mark.decoded().alarm());
    }
}
