package org.praxino.train.data.compose;

import java.util.List;

/** Motion of a whole clip across the frame, with its caption phrases. */
sealed interface Motion {

    /**
     * The pose at a moment.
     *
     * @param u share of the path that is done, 0 to 1
     * @param seconds since the start
     */
    Pose at(Pose pose, double u, double seconds);

    /** Phrases for the motion, after a noun phrase; empty when it stays. */
    List<String> words();

    /** It stays where it is. */
    record Still() implements Motion {
        @Override
        public Pose at(Pose pose, double u, double seconds) {
            return pose;
        }

        @Override
        public List<String> words() {
            return List.of();
        }
    }

    /** It crosses the frame in a straight line; the pose is the middle of the path. */
    record Pan(Direction direction, double travel) implements Motion {
        enum Direction {
            LEFT(-1, 0, "left"), RIGHT(1, 0, "right"), UP(0, -1, "up"), DOWN(0, 1, "down");

            final int dx;
            final int dy;
            final String word;

            Direction(int dx, int dy, String word) {
                this.dx = dx;
                this.dy = dy;
                this.word = word;
            }
        }

        @Override
        public Pose at(Pose pose, double u, double seconds) {
            double along = (u - 0.5) * travel;
            return new Pose(pose.x() + direction.dx * along, pose.y() + direction.dy * along, pose.scale());
        }

        @Override
        public List<String> words() {
            return switch (direction) {
                case LEFT -> List.of("drifting to the left", "moving left", "sliding to the left", "moving from right to left");
                case RIGHT -> List.of("drifting to the right", "moving right", "sliding to the right", "moving from left to right");
                case UP -> List.of("drifting up", "rising", "moving up", "moving upwards");
                case DOWN -> List.of("drifting down", "sinking", "moving down", "moving downwards");
            };
        }
    }

    /** It becomes larger or smaller, by the same factor every second. */
    record Zoom(double from, double to) implements Motion {
        @Override
        public Pose at(Pose pose, double u, double seconds) {
            return new Pose(pose.x(), pose.y(), from * Math.pow(to / from, u));
        }

        @Override
        public List<String> words() {
            return to > from ? List.of("growing", "growing larger", "getting bigger", "coming closer")
                    : List.of("shrinking", "getting smaller", "becoming smaller", "moving away");
        }
    }

    /** It oscillates about the pose. */
    record Oscillation(boolean upAndDown, double amplitude, double hertz) implements Motion {
        @Override
        public Pose at(Pose pose, double u, double seconds) {
            double by = amplitude * Math.sin(2 * Math.PI * hertz * seconds);
            return upAndDown ? new Pose(pose.x(), pose.y() + by, pose.scale()) : new Pose(pose.x() + by, pose.y(), pose.scale());
        }

        @Override
        public List<String> words() {
            return upAndDown ? List.of("bobbing up and down", "moving up and down", "bouncing up and down")
                    : List.of("swaying from side to side", "moving from side to side", "swinging left and right");
        }
    }

    /** It turns about its centre, at one speed. */
    record Spin(boolean clockwise, double hertz) implements Motion {
        @Override
        public Pose at(Pose pose, double u, double seconds) {
            return new Pose(pose.x(), pose.y(), pose.scale(), (clockwise ? 2 : -2) * Math.PI * hertz * seconds);
        }

        @Override
        public List<String> words() {
            return List.of("spinning", "spinning around", "rotating", "turning round and round");
        }
    }
}
