package org.praxino.io.pull;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** Downloads one file: resumes after interruptions, verifies length and checksum, then renames the file. */
final class Download {
    private static final int PIECE = 1 << 16;

    /** Consecutive attempts without data before giving up. */
    private static final int MOST_FAILURES = 5;

    private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
    private static final Pattern NO_RANGE = Pattern.compile("bytes \\*/(\\d+)");

    /** How long to wait. */
    @FunctionalInterface
    interface Pause {
        void wait(Duration time) throws InterruptedException;
    }

    private final HttpTransfer transfer;
    private final DiskOperations disk;
    private final Pause pause;
    private final Duration patience;

    Download(HttpTransfer transfer, DiskOperations disk, Pause pause, Duration patience) {
        this.transfer = transfer;
        this.disk = disk;
        this.pause = pause;
        this.patience = patience;
    }

    /** What was fetched: its checksum, and whether there was anything to compare it with. */
    record Fetched(String sha256, long bytes, boolean compared, boolean resumed) {}

    /**
     * Fetches a file.
     *
     * @param come receives the number of bytes so far
     * @throws UserException one sentence; a part that can be resumed is kept, a wrong one is not
     */
    Fetched fetch(RemoteFile wanted, Path target, LongConsumer come) {
        try (PartialFile part = PartialFile.open(target, wanted, disk, come)) {
            boolean resumed = part.length() > 0;
            @Nullable Fetched fetched = attempt(wanted, target, part, resumed, come);
            if (fetched == null) { // the resumed part was damaged
                part.restart();
                fetched = attempt(wanted, target, part, false, come);
            }
            if (fetched == null) {
                throw new IllegalStateException("a file downloaded at once cannot be resumed");
            }
            part.finish();
            return fetched;
        }
    }

    /** All bytes there are; null when they are wrong but part of them is from an earlier time, so that a fresh start may help. */
    private @Nullable Fetched attempt(RemoteFile wanted, Path target, PartialFile part, boolean resumed, LongConsumer come) {
        long total = all(wanted, part, come);
        @Nullable String expected = part.origin().sha256();
        String actual = part.checksum();
        if ((expected == null || expected.equals(actual)) && (total < 0 || part.length() == total)) {
            return new Fetched(actual, part.length(), expected != null, resumed);
        }
        if (resumed) {
            return null;
        }
        part.discard();
        throw new UserException("What " + wanted.url().getHost() + " sent as " + target + " is not the file: its checksum is " + actual
                + " instead of " + expected + ". Nothing of it was kept.");
    }

    /** Fetches until everything is there. @return the length of the whole, or -1 when unknown */
    private long all(RemoteFile wanted, PartialFile part, LongConsumer come) {
        int failures = 0;
        while (true) {
            long before = part.length();
            try {
                return once(wanted, part, come);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("stopped");
            } catch (IOException e) {
                failures = part.length() > before ? 1 : failures + 1;
                if (failures > MOST_FAILURES) {
                    throw new UserException("Cannot fetch " + wanted.url() + ": " + e.getMessage() + ", " + failures + " times in a row. "
                            + (part.length() == 0 ? "Try again later." : "What was downloaded is kept: the same command continues from there."), e);
                }
                rest(failures, e);
            }
        }
    }

    private void rest(int failures, IOException e) {
        Duration asked = e instanceof HttpTransfer.TransferException b ? b.waitFor() : null;
        Duration own = Duration.ofSeconds(1L << (failures - 1));
        try {
            pause.wait(asked == null ? own : asked.compareTo(patience) > 0 ? patience : asked);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped");
        }
    }

    private long once(RemoteFile wanted, PartialFile part, LongConsumer come) throws IOException, InterruptedException {
        if (part.length() > 0 && part.length() == wanted.bytes()) {
            return part.length(); // only the comparison was missing
        }
        @Nullable String condition = part.origin().sha256() == null ? part.origin().validator() : null;
        try (HttpTransfer.Response response = transfer.get(wanted.url(), part.length(), condition)) {
            long total = take(wanted, part, response);
            if (part.length() != total) {
                copy(response, part, come);
            }
            if (total >= 0 && part.length() < total) {
                throw new HttpTransfer.TransferException("the connection to " + response.from().getHost() + " ended early", null, null);
            }
            return total;
        }
    }

    /** Prepares the part for what the response holds. @return the length of the whole, or -1 */
    private static long take(RemoteFile wanted, PartialFile part, HttpTransfer.Response response) throws IOException {
        @Nullable String announced = response.announced();
        if (wanted.sha256() != null && announced != null && !announced.equals(wanted.sha256())) {
            throw new UserException(response.from().getHost() + " has another file as " + wanted.url() + " than is known here: its checksum is "
                    + announced + " instead of " + wanted.sha256() + ".");
        }
        @Nullable String sum = wanted.sha256() != null ? wanted.sha256() : announced;
        @Nullable String known = part.origin().sha256();
        boolean changed = sum != null && known != null && !sum.equals(known);
        String says = response.headers().firstValue("content-range").orElse("");
        Matcher nothing = NO_RANGE.matcher(says);
        if (response.status() == 416 && !changed && nothing.matches() && Long.parseLong(nothing.group(1)) == part.length()) {
            return part.length();
        }
        Matcher range = RANGE.matcher(says);
        boolean rest = response.status() == 206 && range.matches() && Long.parseLong(range.group(1)) == part.length();
        if (part.length() > 0 && (changed || response.status() != 200 && !rest)) {
            part.restart();
            throw new HttpTransfer.TransferException(response.from().getHost() + " has another file there than before", Duration.ZERO, null);
        }
        if (response.status() != 200 && !rest) {
            throw new UserException(response.from().getHost() + " answered " + response.status() + " to the request for " + wanted.url() + ".");
        }
        if (response.status() == 200) {
            part.restart();
        }
        long total = rest ? (range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2))) : response.length();
        if (wanted.bytes() >= 0 && total >= 0 && total != wanted.bytes()) {
            throw new UserException(response.from().getHost() + " has " + total + " bytes as " + wanted.url() + " where " + wanted.bytes()
                    + " are expected: it was changed there, or this is a wrong mirror.");
        }
        part.describe(response.validator(), sum);
        return total < 0 ? wanted.bytes() : total;
    }

    private void copy(HttpTransfer.Response response, PartialFile part, LongConsumer come) throws IOException {
        byte[] bytes = new byte[PIECE];
        URI from = response.from();
        try (StallTimeout watch = new StallTimeout(response.body(), patience)) {
            while (true) {
                int count;
                try {
                    count = response.body().read(bytes);
                } catch (IOException e) {
                    if (Thread.currentThread().isInterrupted() || e.getCause() instanceof InterruptedException) {
                        throw new CancellationException("stopped");
                    }
                    String reason = watch.hasFired() ? "nothing came from " + from.getHost() + " for " + patience.toSeconds() + " s"
                            : HttpTransfer.reason(e, from);
                    throw new HttpTransfer.TransferException(reason, null, e);
                }
                if (count < 0) {
                    if (watch.hasFired()) {
                        throw new HttpTransfer.TransferException("nothing came from " + from.getHost() + " for " + patience.toSeconds() + " s", null, null);
                    }
                    return;
                }
                watch.keepAlive();
                part.append(ByteBuffer.wrap(bytes, 0, count));
                come.accept(part.length());
            }
        }
    }
}
