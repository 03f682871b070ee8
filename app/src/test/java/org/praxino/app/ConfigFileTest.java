package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.UserException;

/** YAML into records: strict, with values replaced by dotted keys. */
class ConfigFileTest {
    record Net(int width, List<Integer> levels) {
        Net {
            if (width < 1) {
                throw new ConfigException("width=" + width + " must be positive");
            }
        }
    }

    record Run(String name, double rate, boolean images, @Nullable String start, Net net, @Nullable Net second) {}

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("run.yaml");
        Files.writeString(file, """
                # a run
                name: first
                rate: 1.5e-3
                images: true
                net:
                  width: 64
                  levels: [1, 2, 4]
                """);
    }

    private Run read(Map<String, String> overrides) {
        return ConfigFile.read(file, overrides, Run.class);
    }

    @Test
    void readsARecord() {
        assertThat(read(Map.of())).isEqualTo(new Run("first", 1.5e-3, true, null, new Net(64, List.of(1, 2, 4)), null));
    }

    @Test
    void replacesValuesAtAnyDepth() {
        assertThat(read(Map.of("name", "second", "rate", "2e-4", "images", "false", "net.width", "32", "net.levels", "[3, 3]")))
                .isEqualTo(new Run("second", 2e-4, false, null, new Net(32, List.of(3, 3)), null));
    }

    @Test
    void whatMayBeNullMayBeLeftOutAndSet() throws IOException {
        assertThat(read(Map.of("start", "model")).start()).isEqualTo("model");
        assertThat(read(Map.of("second", "{width: 8, levels: [1]}")).second()).isEqualTo(new Net(8, List.of(1)));
        Files.writeString(file, Files.readString(file) + "start: here\nsecond: null\n");
        assertThat(read(Map.of()).start()).isEqualTo("here");
        assertThat(read(Map.of("start", "null")).start()).isNull();
        Files.writeString(file, Files.readString(file).replace("start:", "strat:"));
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(UserException.class).hasMessageContaining("strat").hasMessageContaining("start");
    }

    @Test
    void refusesKeysThatAreNotThere() {
        assertThatThrownBy(() -> read(Map.of("net.widht", "3"))).isInstanceOf(ConfigException.class)
                .hasMessageContaining("--set net.widht=3").hasMessageContaining("width, levels");
        assertThatThrownBy(() -> read(Map.of("name.x", "3"))).isInstanceOf(ConfigException.class).hasMessageContaining("no setting");
        assertThatThrownBy(() -> read(Map.of("", "3"))).isInstanceOf(ConfigException.class);
    }

    @Test
    void refusesWrongUnknownAndMissingValues() throws IOException {
        assertThatThrownBy(() -> read(Map.of("net.width", "wide"))).isInstanceOf(UserException.class).hasMessageContaining("width");
        assertThatThrownBy(() -> read(Map.of("net.width", "0"))).isInstanceOf(UserException.class).hasMessageContaining("width=0 must be positive");
        Files.writeString(file, "name: x\nrate: 1\nimages: true\n");
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(UserException.class).hasMessageEndingWith("field \"net\" is missing.");
        Files.writeString(file, "name: x\nname: y\n");
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(UserException.class).hasMessageContaining("is not valid YAML: duplicate");
        Files.writeString(file, "name: [\n");
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(UserException.class).hasMessageContaining("run.yaml");
        Files.writeString(file, "");
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(UserException.class).hasMessageContaining("holds no settings");
        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml"), Map.of(), Run.class)).isInstanceOf(UserException.class)
                .hasMessageContaining("none.yaml");
    }

    record Timed(Net intervals) {}

    @Test
    void formerNamesAreStillRead() throws IOException {
        Files.writeString(file, "house: {width: 8, levels: [1]}\n");
        assertThat(ConfigFile.read(file, Map.of(), Timed.class)).isEqualTo(new Timed(new Net(8, List.of(1))));
        assertThat(ConfigFile.read(file, Map.of("house.width", "9", "intervals.levels", "[2]"), Timed.class))
                .isEqualTo(new Timed(new Net(9, List.of(2))));
        assertThatThrownBy(() -> ConfigFile.read(file, Map.of("house.widht", "9"), Timed.class)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("--set intervals.widht=9 names no setting");
        Files.writeString(file, "house: {width: 8, levels: [1]}\nintervals: {width: 8, levels: [1]}\n");
        assertThatThrownBy(() -> ConfigFile.read(file, Map.of(), Timed.class)).isInstanceOf(ConfigException.class).hasMessageContaining("former name");
    }
}
