package org.praxino.stream;

import org.praxino.io.model.ModelInfo;
import org.praxino.tensor.UserException;

/** Updates of a stream between two of its blocks: other prompts, other places. On the engine's thread. */
final class Steering {
    private final Conductor conductor;
    private final Holdings holdings;
    private final FrameQueue queue;
    private final ModelInfo.Size size;

    Steering(Conductor conductor, Holdings holdings, FrameQueue queue, ModelInfo.Size size) {
        this.conductor = conductor;
        this.holdings = holdings;
        this.queue = queue;
        this.size = size;
    }

    /** Nothing but the place where it acts. */
    Applied now() {
        return conductor.score().at(conductor.head(), conductor.head().frame());
    }

    /** The place of a frame that was made. */
    Applied at(long frame) {
        return conductor.score().at(holdings.history.before(frame).head(), frame);
    }

    /** A new prompt or picture, not before the first block of which nothing was taken yet; what was made of that block and later ones is dropped. */
    Applied change(Change change) {
        if (change.prompt() != null) {
            holdings.prompts.check(change.prompt());
        }
        if (change.image() != null) {
            if (holdings.source != null) {
                throw new UserException("a stream that follows a video takes no picture");
            }
            change.image().load(size.width(), size.height());
        }
        while (conductor.head().frame() < conductor.from() && !conductor.ended()) {
            conductor.block(); // on the way to a place in the middle of what is kept
        }
        holdings.lane.settle();
        Head head = conductor.head();
        Score score = conductor.score();
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
            conductor.goTo(mark);
        }
        Head acts = at.frame() < conductor.head().frame() ? conductor.head() : at;
        score.type(acts, change);
        return score.at(acts, acts.frame());
    }

    Applied strength(double value) {
        if (holdings.source == null) {
            throw new UserException("strength=" + value + " belongs to a stream that follows a video, and this one follows none");
        }
        conductor.score().strength(value);
        return now();
    }

    Applied rewind(long block) {
        needsHistory("rewind");
        Head head = conductor.head();
        if (block < 0 || block > head.block()) {
            throw new UserException("block " + block + " cannot be gone to: the last one made is " + (head.block() - 1));
        }
        holdings.lane.settle();
        Head at = head;
        if (block < head.block()) {
            Mark floor = holdings.history.reaching(block, head.block());
            at = floor.head();
            while (at.block() < block) {
                at = conductor.score().stepped(at);
            }
            conductor.goTo(floor);
        }
        conductor.from(at.frame());
        queue.moveTo(at.frame());
        return conductor.score().at(at, at.frame());
    }

    /** What another session goes on from: the next frame that is not taken yet. The mark stays owned here. */
    Origin origin(String what) {
        needsHistory(what);
        holdings.lane.settle();
        long position = Math.max(queue.position(), conductor.from());
        if (conductor.head().frame() <= position && !holdings.history.has(conductor.head().block())) {
            conductor.markHere();
        }
        Score score = conductor.score();
        return new Origin(score.timeline(), score.live(), holdings.history.before(position), position);
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
}
