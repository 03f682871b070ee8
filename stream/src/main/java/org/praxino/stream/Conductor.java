package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
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
 * Plays a timeline block by block: the first half of a stream, on the engine's thread. Between two blocks it takes updates and goes to
 * other places. It makes a block when told to; whether one is wanted is for the session to say.
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
    private final Map<Long, Boolean> alarms = new ConcurrentHashMap<>(); // of blocks decoded, until they have acted
    private volatile long decoded; // blocks
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
            take(origin.mark());
        } else {
            var size = networks.info().size();
            timeline.cues().stream().map(Cue::image).filter(Objects::nonNull).forEach(i -> i.load(size.width(), size.height()));
            if (timeline.past() != null) {
                goOn(timeline.past(), timeline.cues().getFirst().prompt());
            }
        }
    }

    // ------------------------------------------------------------------ what there is to know

    Timeline timeline() {
        return score.timeline();
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
        boolean decodedEnough = decoded >= head.block() - (options.overlap() ? 1 : 0);
        return decodedEnough && (holdings.source == null || holdings.source.has(sourceFrames()));
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

    /** The place of a frame that was made. */
    Applied at(long frame) {
        return here(holdings.history.before(frame).head(), frame);
    }

    private Applied here(Head at, long frame) {
        return new Applied(at.block(), frame, score.seconds(frame));
    }

    // ------------------------------------------------------------------ a block

    /** Makes the next block and hands it to the decoder as soon as it is clean. */
    void block() {
        long start = System.nanoTime();
        var millis = new CompletableFuture<Double>();
        boolean alarm = alarms.getOrDefault(head.block() - 2, false);
        alarms.remove(head.block() - 2);
        Mark mark = holdings.source == null ? mark(alarm) : null;
        Head before = head;
        try (var scope = Scope.open("stream block")) {
            List<Cue> due = score.due(head);
            Cue last = due.isEmpty() ? null : due.getLast();
            Frame picture = last == null ? null : play(last);
            Condition condition = prompts.condition(passage().at(head.block()));
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
                told.event(new StreamEvent.PromptApplied(here(before, before.frame()), last.prompt()));
            }
        } finally {
            millis.complete((System.nanoTime() - start) / 1e6);
        }
    }

    private void decoded(DecodeLane.Outcome outcome) {
        long block = outcome.task().head().block();
        alarms.put(block, outcome.alarm());
        decoded = block + 1;
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
                told.event(new StreamEvent.CueFailed(here(head, head.frame()), e.getMessage()));
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

    private void prepare(@Nullable Cue cue, @Nullable Frame picture, boolean alarm, Condition condition) {
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

    /** Sees the end of a clip, whose frames are not shown again. */
    private void goOn(Path clip, String prompt) {
        int block = networks.plan().block();
        List<Frame> frames = FileSource.last(clip, networks.info().size(), block, networks.codec().timeFactor(), seen());
        try (var scope = Scope.open("go on from a clip")) {
            Condition condition = prompts.condition(Mix.of(prompt));
            Tensor latents = networks.encode(frames); // [1, C, T', H, W]
            long first = -latents.size(2) / block;
            for (long b = first; b < 0; b++) {
                Tensor part = latents.narrow(2, (b - first) * block, block);
                holdings.rollout.accept(part, condition);
                holdings.anchor.see(part, new Head(b, 0, first, 0, -1, null), anchorBlocks());
            }
            holdings.lane.prime(latents);
            head = new Head(0, 0, first, 0, -1, null);
        }
    }

    // ------------------------------------------------------------------ marks

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
    private void goTo(Mark mark) {
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
        decoded = head.block();
        alarms.clear();
        alarms.put(head.block() - 2, mark.alarmBefore());
        alarms.put(head.block() - 1, mark.decoded().alarm());
    }

    private void needsHistory(String what) {
        if (holdings.source != null) {
            throw new UserException("cannot " + what + " a stream that follows a video: its source has moved on");
        }
        if (!holdings.history.keeps()) {
            throw new UserException("cannot " + what + " this stream: a state takes " + (holdings.rollout.cacheBytes() >> 20)
                    + " MiB, and there is not enough free memory to keep some");
        }
    }

    // ------------------------------------------------------------------ updates, between two blocks

    /** A new prompt from the first block on of which nothing was taken yet; what was made of that block and later ones is dropped. */
    Applied change(Change change) {
        if (change.prompt() != null) {
            prompts.check(change.prompt());
        }
        var size = networks.info().size();
        if (change.image() != null) {
            if (holdings.source != null) {
                throw new UserException("a stream that follows a video takes no picture");
            }
            change.image().load(size.width(), size.height());
        }
        while (head.frame() < from && !ended()) {
            block(); // on the way to a place in the middle of what is kept
        }
        holdings.lane.settle();
        Mark first = holdings.source == null && head.frame() > queue.position() ? holdings.history.from(queue.position()) : null;
        Head at = first == null ? head : first.head();
        while (!change.reaches(at.block(), score.seconds(at.frame()))) {
            at = score.stepped(at);
            if (at.frame() >= score.end()) {
                throw new UserException("the stream ends before that place");
            }
        }
        Mark mark = first != null && at.frame() < head.frame() ? holdings.history.from(at.frame()) : null;
        if (mark != null && mark.head().block() == at.block()) {
            queue.dropFrom(mark.head().frame());
            goTo(mark);
        }
        Head acts = at.frame() < head.frame() ? head : at;
        score.type(acts, change);
        return here(acts, acts.frame());
    }

    Applied strength(double value) {
        if (holdings.source == null) {
            throw new UserException("strength=" + value + " belongs to a stream that follows a video, and this one follows none");
        }
        score.strength(value);
        return now();
    }

    /** Nothing but the place where it acts. */
    Applied now() {
        return here(head, head.frame());
    }

    Applied rewind(long block) {
        needsHistory("rewind");
        if (block < 0 || block > head.block()) {
            throw new UserException("block " + block + " cannot be gone to: the last one made is " + (head.block() - 1));
        }
        holdings.lane.settle();
        if (block == head.block()) {
            queue.moveTo(head.frame());
            from = head.frame();
            return here(head, from);
        }
        Mark floor = holdings.history.reaching(block, head.block());
        Head at = floor.head();
        while (at.block() < block) {
            at = score.stepped(at);
        }
        goTo(floor);
        from = at.frame();
        queue.moveTo(from);
        return here(at, from);
    }

    /** What another session goes on from: the next frame that is not taken yet. The mark stays owned here. */
    Origin origin(String what) {
        needsHistory(what);
        holdings.lane.settle();
        long position = Math.max(queue.position(), from);
        if (head.frame() <= position && !holdings.history.has(head.block())) {
            Mark mark = mark(alarms.getOrDefault(head.block() - 2, false));
            if (mark != null) {
                holdings.lane.fill(mark);
            }
        }
        return new Origin(score.timeline(), score.live(), holdings.history.before(position), position);
    }
}
