package org.praxino.server.job;

import org.jspecify.annotations.Nullable;

/** Jobs to test with. */
public final class TestJobs {
    private TestJobs() {}

    public static JobSpec spec(String prompt, JobSpec.@Nullable Webhook hook) {
        return new JobSpec(JobSpec.Task.GENERATE, "tiny", prompt, null, 1, 5, 2, 1.5, 32, 32, 8, JobSpec.Format.GIF, 0, false, true, hook,
                null, false, null);
    }

    public static NewJob job(String id, String owner) {
        return new NewJob(id, owner, spec("prompt of " + id, null), null, null, 100);
    }

    public static NewJob once(String id, String key, String hash) {
        return new NewJob(id, "a", spec("once", null), null, new NewJob.IdempotencyKey(key, hash), 100);
    }
}
