package org.praxino.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.JsonResult;
import org.praxino.tensor.UserException;
import org.praxino.train.eval.EvalPrompt;

/**
 * Options of an evaluation.
 *
 * @param model name of a bundled model, or a model folder
 * @param data a prepared training set
 * @param json JSON output file, or null
 * @param prompts prompts to generate for
 * @param reconstructions clips to put through the tokenizer
 * @param seed seed of the choice of prompts and of all noise
 * @param sheets folder for contact sheets, or null
 * @param i3d the I3D network; with it, and only then, FVD is computed
 * @param steps sampling steps, or null for the model's own
 * @param wording which captions are prompts
 * @param flowClips clips that the denoiser's loss is measured on, 0 for none
 * @param teacher whether the teacher is scored, where the model has a student too
 * @param against scores of another evaluation of the same prompts to compare with, or null
 * @param showcase file for the prompts that came out best, or null
 * @param stream seconds of streams whose ends are scored, or null for none
 * @param streams how many of them
 * @param protocol what is scored
 * @param fvdClips real clips that FVD compares with
 * @param pieces of each long clip whose drift is measured
 */
record EvalOptions(
        String model, Path data, @Nullable Path json, int prompts, int reconstructions, long seed, @Nullable Path sheets, @Nullable Path i3d,
        @Nullable Integer steps, EvalPrompt.Wording wording, int flowClips, boolean teacher, @Nullable Path against,
        @Nullable Path showcase, @Nullable Double stream, int streams,
        Protocol protocol, int fvdClips, int pieces) implements JsonResult {

    /** With as many real clips and pieces as usual. */
    EvalOptions(
            String model, Path data, @Nullable Path json, int prompts, int reconstructions, long seed, @Nullable Path sheets, @Nullable Path i3d,
            @Nullable Integer steps, EvalPrompt.Wording wording, int flowClips, boolean teacher, @Nullable Path against,
        @Nullable Path showcase, @Nullable Double stream, int streams,
            Protocol protocol) {
        this(model, data, json, prompts, reconstructions, seed, sheets, i3d, steps, wording, flowClips, teacher, against, showcase, stream, streams, protocol,
                USUAL_FVD_CLIPS, USUAL_PIECES);
    }

    private static final int USUAL_FVD_CLIPS = 2048;
    private static final int USUAL_PIECES = 4;

    /** What an evaluation scores. */
    enum Protocol {
        /** Likeness to the real clips of the names that prompts give. */
        NAMES,
        /** Prompts that combine a name with a colour, number, size, place, background or direction. */
        FOLLOWING,
        /** 11 frames predicted from 5 that are given. */
        K600,
        /** How clips drift that are made piece by piece. */
        LONG
    }

    EvalOptions {
        if (prompts < 0 || prompts > 100_000) {
            throw new UserException("--prompts " + prompts + " is not possible: give a number from 0 to 100000");
        }
        if (reconstructions < 0 || reconstructions > 100_000) {
            throw new UserException("--reconstructions " + reconstructions + " is not possible: give a number from 0 to 100000");
        }
        if (stream != null && !(stream > 0 && stream <= 86_400)) {
            throw new UserException("--stream " + stream + " is not possible: give seconds, up to 86400");
        }
        if (flowClips < 0 || flowClips == 1 || flowClips > 10_000) {
            throw new UserException("--flow-clips " + flowClips + " is not possible: give 0, or a number from 2 to 10000");
        }
        if (streams < 2 || streams > 10_000) {
            throw new UserException("--streams " + streams + " is not possible: give a number from 2 to 10000");
        }
        if (prompts == 0 && (against != null || i3d != null || showcase != null || sheets != null && stream == null)) {
            throw new UserException((against != null ? "--against" : i3d != null ? "--i3d" : showcase != null ? "--showcase" : "--sheets") + " has no effect with --prompts 0: it is"
                    + " about generated clips");
        }
        if (showcase != null && teacher) {
            throw new UserException("--showcase holds what a model generates by default: leave --teacher out");
        }
        if (protocol == Protocol.FOLLOWING && (stream != null || i3d != null || against != null || showcase != null || prompts == 0)) {
            throw new UserException("--protocol following takes no --stream, --i3d, --against or --showcase, and at least one of --prompts");
        }
        if ((protocol == Protocol.K600 || protocol == Protocol.LONG) && (stream != null || against != null || sheets != null || showcase != null || prompts == 0)) {
            throw new UserException("--protocol " + protocol.name().toLowerCase(java.util.Locale.ROOT)
                    + " takes no --stream, --sheets, --showcase or --against, and at least one of --prompts");
        }
        if (fvdClips < 2 || fvdClips > 1_000_000) {
            throw new UserException("--fvd-clips " + fvdClips + " is not possible: give a number from 2 to 1000000");
        }
        if (pieces < 2 || pieces > 1000) {
            throw new UserException("--pieces " + pieces + " is not possible: give a number from 2 to 1000");
        }
        if (steps != null && (steps < 1 || steps > 1000)) {
            throw new UserException("--steps " + steps + " is not possible: give a number from 1 to 1000");
        }
    }
}
