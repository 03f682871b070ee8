package org.praxino.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue queue = new FairQueue();

    private List<String> takeAll() throws InterruptedException {
        var all = new ArrayList<String>();
        while (queue.size() > 0) {
            all.add(queue.take());
        }
        return all;
    }

    @Test
    void ownersTakeTurns() throws Exception {
        for (int i = 1; i <= 4; i++) {
            queue.add("a", "a" + i);
        }
        queue.add("b", "b1");
        queue.add("b", "b2");
        queue.add("c", "c1");
        assertThat(takeAll()).containsExactly("a1", "b1", "c1", "a2", "b2", "a3", "a4");
    }

    @Test
    void placesAreThoseInWhichJobsCome() throws Exception {
        for (String job : List.of("a1", "a2", "a3", "b1", "c1", "c2")) {
            queue.add(job.substring(0, 1), job);
        }
        queue.take();
        var said = new ArrayList<>(List.of("b1", "c1", "a2", "c2", "a3"));
        for (int i = 0; i < said.size(); i++) {
            assertThat(queue.position(said.get(i))).as(said.get(i)).isEqualTo(i + 1);
        }
        assertThat(queue.position("a1")).isZero();
        assertThat(takeAll()).isEqualTo(said);
    }

    @Test
    void removedJobsDoNotCome() throws Exception {
        queue.add("a", "a1");
        queue.add("a", "a2");
        queue.remove("a", "a1");
        queue.remove("a", "none");
        queue.addFirst("a", "a0");
        assertThat(takeAll()).containsExactly("a0", "a2");
    }

    @Test
    void waitersGetASlotOrAreRejected() throws Exception {
        var got = new ArrayList<String>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                for (String job = queue.take(); job != null; job = queue.take()) {
                    got.add(job);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        queue.add("a", "a1");
        while (queue.size() > 0) {
            Thread.sleep(1);
        }
        queue.close();
        waiter.join();
        assertThat(got).containsExactly("a1");
    }
}
