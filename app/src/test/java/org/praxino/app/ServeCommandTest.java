package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.server.live.LiveSettings;
import org.praxino.tensor.UserException;
import picocli.CommandLine;

/** What is typed after {@code serve} reaches the server. */
class ServeCommandTest {
    private static ServeOptions options(String... args) throws Exception {
        var got = new ArrayList<ServeOptions>();
        var command = new ServeCommand(o -> {
            got.add(o);
            return 0;
        });
        new CommandLine(command).parseArgs(args);
        assertThat(command.call()).isZero();
        return got.getFirst();
    }

    @Test
    void soManyLiveSessionsRunAsWereAskedFor() throws Exception {
        assertThat(options().config().live()).isEqualTo(LiveSettings.DEFAULT);
        assertThat(options("--live", "1000").config().live().sessions()).isEqualTo(1000);
        LiveSettings two = options("--live", "2", "--badge").config().live();
        assertThat(two.sessions()).isEqualTo(2);
        assertThat(two.perKey()).as("a key has no more than there are").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001"})
    void otherNumbersAreRefused(String live) {
        assertThatThrownBy(() -> options("--live", live)).isInstanceOf(UserException.class)
                .hasMessage("live sessions at a time must lie between 1 and 1000, not be " + live);
    }
}
