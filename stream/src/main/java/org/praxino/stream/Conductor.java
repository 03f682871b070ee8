package org.praxino.stream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.media.Frame;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Passage;
import org.praxino.stream.timeline.Picture;
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
    private final double fps;
    private final int latents;
    private final int factor;
    private final long seed;
    private final Map<Long, Boolean> alarms = new ConcurrentHashMap<>(); // of blocks decoded, until they have acted
    private final Set<Double> live = new HashSet<>();
    private volatile Timeline timeline;
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
        this.fps = networks.info().size().fps();
        this.latents = networks.plan().block();
        this.factor = networks.codec().timeFactor();
        this.timeline = origin.timeline();
        this.seed = timeline.seed() == null ? 0 : timeline.seed();
        this.live.addAll(origin.live());
        this.from = origin.from();
        this.until = timeline.seconds() == null ? Long.MAX_VALUE : Math.max(1, Math.round(timeline.seconds() * fps));
        timeline.cues().stream().map(Cue::prompt).distinct().forEach(prompts::check);
        if (origin.mark() != null) {
            take(origin.mark());
        } else {
            var size = networks.info().size();
            timeline.cues().stream().map(Cue::image).filter(Objects::nonNull).forEach(i -> i.load(size.width(), size.height()));
        }
    }

    // ------------------------------------------------------------------ what there is to know

    Timeline timeline() {
        return timeline;
    }

    Set<Double> live() {
        return Set.copyOf(live);
    }

    Head head() {
        return head;
    }

    boolean ended() {
        return head.frame() >= until;
    }

    /** Frames of the next block, made but not counted where they lie behind the first that is wanted. */
    int nextFrames() {
        return cued(head).frames(latents, factor);
    }

    /** Whether the next block may be begun as far as decoding and the source go. */
    boolean ready() {
        boolean decodedEnough = decoded >= head.block() - (options.overlap() ? 1 : 0);
        return decodedEnough && (holdings.source == null || holdings.source.has(nextFrames()));
    }

    boolean waitsForSource() {
        return holdings.source != null && !holdings.source.has(nextFrames());
    }

    /** Number of the first frame that is not made; beyond all there is while there is no end. */
    long until() {
        return until;
    }

    /** The place of a frame that was made. */
    Applied at(long frame) {
        return here(markBefore(frame).head(), frame);
    }

    private Applied here(Head at, long frame) {
        return new Applied(at.block(), frame, frame / fps);
    }

    // ------------------------------------------------------------------ a block

    /** Makes the next block and hands it to the decoder. */
    void block() {
        long start = System.nanoTime();
        boolean alarm = alarms.getOrDefault(head.block() - 2, false);
        alarms.remove(head.block() - 2);
        Mark mark = holdings.source == null ? mark(alarm) : null;
        Head before = head;
        try (var scope = Scope.open("stream block")) {
            List<Cue> due = due(head);
            Cue last = due.isEmpty() ? null : due.getLast();
            Frame picture = last == null ? null : play(last);
            Condition condition = prompts.condition(passage().at(head.block()));
            prepare(last, picture, alarm, condition);
            Tensor made = make(picture, condition);
            if (made == null) { // the source has ended
                until = head.frame();
                return;
            }
            holdings.anchor.see(made, head, anchorBlocks());
            var task = new DecodeLane.Task(
                    head, made.copy().own(), mark, head.block() == head.sceneBlock() && head.block() > 0, from, until,
                    (System.nanoTime() - start) / 1e6);
            head = head.next(head.frames(latents, factor));
            holdings.lane.submit(task, queue::put, this::decoded, told::failed);
            if (last != null) {
                told.event(new StreamEvent.PromptApplied(here(before, before.frame()), last.prompt()));
            }
        }
        prune();
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

    /** Cues that act with the next block of {@code at}. */
    private List<Cue> due(Head at) {
        double now = at.frame() / fps + 1e-9;
        return timeline.cues().stream().filter(c -> c.at() > at.lastCue() && c.at() <= now).toList();
    }

    /** The head after its cues, as far as frames are counted. */
    private Head cued(Head at) {
        List<Cue> due = due(at);
        return !due.isEmpty() && due.getLast().image() != null ? at.newScene() : at;
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
        double blockSeconds = latents * factor / fps;
        Passage begun = Passage.begin(head.passage(), cue, head.block(), blockSeconds);
        long settling = head.block() == 0 ? 0 : begun.blocks() + seen();
        head = head.played(cue.at(), begun, head.block() + settling);
        if (picture != null) {
            head = head.newScene();
        }
        return picture;
    }

    /** Blocks of the past that a block can see. */
    private int seen() {
        var plan = networks.plan();
        return Math.max(1, (plan.sink() + plan.window()) / latents);
    }

    private int anchorBlocks() {
        return Math.clamp(seen() - 2, 1, options.drift().anchorBlocks());
    }

    private void prepare(@Nullable Cue cue, @Nullable Frame picture, boolean alarm, Condition condition) {
        if (picture != null) {
            if (head.block() > 0) {
                holdings.rollout.close();
                holdings.rollout = networks.rollout();
            }
        } else if (cue != null && cue.transition() instanceof Transition.Recache) {
            if (head.block() > 0) {
                holdings.rollout.recache(condition);
            }
        } else if (alarm && options.reanchor() && head.block() > head.anchorBlock()) {
            holdings.rollout.close();
            holdings.rollout = networks.rollout();
            holdings.anchor.playTo(holdings.rollout, condition);
            told.event(new StreamEvent.Reanchored(head.block()));
        }
    }

    /** The block's latents, clean, in the caller's scope; null when the source has no more frames. */
    private @Nullable Tensor make(@Nullable Frame picture, Condition condition) {
        if (picture != null) {
            Tensor still = networks.still(picture);
            holdings.rollout.accept(still, condition);
            return still;
        }
        BlockRollout.Noise seeded = BlockRollout.Noise.seeded(seed);
        BlockRollout.Noise noise = (block, step, shape) -> seeded.draw(head.block(), step, shape); // a scene counts its blocks anew, noise does not
        if (holdings.source == null) {
            return holdings.rollout.next(condition, noise);
        }
        int count = head.frames(latents, factor);
        var frames = new ArrayList<>(holdings.source.take(count));
        if (frames.isEmpty()) {
            return null;
        }
        if (frames.size() < count) { // the last of them stands still until the block is full, and that is not shown
            until = Math.min(until, head.frame() + frames.size());
            while (frames.size() < count) {
                frames.add(frames.getLast());
            }
        }
        Tensor given = networks.encode(Objects.requireNonNull(holdings.encoder), frames);
        return holdings.rollout.next(condition, noise, new BlockRollout.Start(given, startStep()));
    }

    /** The first step whose noise is no stronger than wanted; the last one where all are. */
    private int startStep() {
        double strength = timeline.strength() == null ? Timeline.STRENGTH : timeline.strength();
        var plan = holdings.rollout.plan();
        for (int step = 0; step < plan.levels().size(); step++) {
            if (plan.process().schedule().sigma(plan.levels().get(step)) <= strength + 1e-9) {
                return step;
            }
        }
        return plan.levels().size() - 1;
    }

    // ------------------------------------------------------------------ marks

    /** Keeps the state before the next block. @return the mark where the decoder's part is still to come, or null */
    private @Nullable Mark mark(boolean alarm) {
        if (holdings.marks.containsKey(head.block())) {
            return null;
        }
        var mark = new Mark(head, holdings.rollout.copy(), holdings.anchor.copied(), alarm);
        holdings.marks.put(head.block(), mark);
        return mark;
    }

    /** Half of the history is the latest blocks, at least what may be unseen; the other half one in {@link StreamOptions#STRIDE}. */
    private void prune() {
        int unseen = (int) Math.ceil(fps / (latents * factor)) + 3;
        long recent = head.block() - Math.max(unseen, options.history() / 2);
        var sparse = holdings.marks.headMap(recent);
        sparse.entrySet().removeIf(e -> {
            boolean gone = e.getKey() % StreamOptions.STRIDE != 0;
            if (gone) {
                e.getValue().close();
            }
            return gone;
        });
        while (sparse.size() > options.history() / 2) {
            sparse.pollFirstEntry().getValue().close();
        }
    }

    /** The latest mark from which {@code frame} is reached. */
    private Mark markBefore(long frame) {
        Mark found = null;
        for (Mark m : holdings.marks.values()) {
            if (m.head().frame() <= frame) {
                found = m;
            }
        }
        if (found == null) {
            throw new IllegalStateException("no state is kept for frame " + frame);
        }
        return found;
    }

    /** Goes back to a mark: it and all before it stay kept. */
    private void goTo(Mark mark) {
        holdings.lane.settle();
        var later = holdings.marks.tailMap(mark.head().block(), false);
        later.values().forEach(Mark::close);
        later.clear();
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
    }

    // ------------------------------------------------------------------ updates, between two blocks

    /** A new prompt from the first block on of which nothing was taken yet; what was made of that block and later ones is dropped. */
    Applied prompt(String prompt, Transition transition) {
        prompts.check(prompt);
        while (head.frame() < from && !ended()) {
            block(); // on the way to a place in the middle of what is kept
        }
        holdings.lane.settle();
        long position = queue.position();
        if (holdings.source == null && head.frame() > position) {
            for (Mark mark : holdings.marks.values()) {
                if (mark.head().frame() >= position) {
                    queue.dropFrom(mark.head().frame());
                    goTo(mark);
                    break;
                }
            }
        }
        double at = head.frame() / fps;
        // What was typed for a later time belonged to another future; what a picture begins still begins with it.
        Timeline kept = timeline.withCues(timeline.cues().stream().filter(c -> c.at() <= at || !live.contains(c.at())).toList());
        Picture picture = kept.cues().stream().filter(c -> c.at() == at).map(Cue::image).filter(Objects::nonNull).findFirst().orElse(null);
        live.removeIf(t -> t > at);
        live.add(at);
        timeline = kept.with(new Cue(at, prompt, picture == null ? transition : Transition.CUT, picture));
        return here(head, head.frame());
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
        var floor = holdings.marks.floorEntry(block);
        if (floor == null) {
            throw new UserException("block " + block + " is no longer kept: the history goes back to block "
                    + (holdings.marks.isEmpty() ? head.block() : holdings.marks.firstKey()));
        }
        Head at = floor.getValue().head();
        while (at.block() < block) {
            at = stepped(at);
        }
        goTo(floor.getValue());
        from = at.frame();
        queue.moveTo(from);
        return here(at, from);
    }

    /** The head a block later, as far as blocks and frames are counted. */
    private Head stepped(Head at) {
        List<Cue> due = due(at);
        Head begun = cued(at);
        Head next = begun.next(begun.frames(latents, factor));
        return due.isEmpty() ? next : new Head(next.block(), next.frame(), next.sceneBlock(), next.anchorBlock(), due.getLast().at(), next.passage());
    }

    /** What another session goes on from: the next frame that is not taken yet. The mark stays owned here. */
    Origin origin(String what) {
        needsHistory(what);
        holdings.lane.settle();
        long position = Math.max(queue.position(), from);
        if (head.frame() <= position && !holdings.marks.containsKey(head.block())) {
            Mark mark = mark(alarms.getOrDefault(head.block() - 2, false));
            if (mark != null) {
                holdings.lane.fill(mark);
            }
        }
        return new Origin(timeline, live, markBefore(position), position);
    }
}
