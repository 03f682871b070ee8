package org.praxino.app;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.Version;
import org.praxino.app.verify.CaseResult;
import org.praxino.app.verify.GoldenVerifier;

/** {@code verify}: runs golden cases, one line each. */
final class VerifyActions {
    private VerifyActions() {}

    /** The report as written to a file. */
    record Report(String version, int passed, int failed, List<CaseResult> cases) {}

    static int verify(VerifyCommand.Options options, CommandContext context) throws IOException {
        var out = context.console().out();
        List<CaseResult> verdicts = new GoldenVerifier(context.openDevice()).run(options.folder(), v -> {
            context.stop().check();
            out.println(line(v));
        });
        int passed = (int) verdicts.stream().filter(CaseResult::passed).count();
        int failed = verdicts.size() - passed;
        out.println(passed + " of " + verdicts.size() + " cases passed" + (failed == 0 ? "" : ", " + failed + " failed"));
        if (options.json() != null) {
            context.console().writeJson(options.json(), new Report(Version.text(), passed, failed, verdicts));
        }
        return failed == 0 ? 0 : 1;
    }

    private static String line(CaseResult v) {
        String what = String.format(Locale.ROOT, "%s  %-24s %-28s", v.passed() ? "pass" : "FAIL", v.component(), v.name());
        if (v.problem() != null) {
            return what + " " + v.problem();
        }
        return v.error() == null || v.tolerance() == null
                ? what.stripTrailing()
                : String.format(Locale.ROOT, "%s error %.1e, limit %.0e (%s)", what, v.error(), v.tolerance(), v.worst());
    }
}
