package org.praxino.stream;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.WanFolder;

/**
 * What {@value #NAME} beside a Wan student's checkpoint says of it, where Praxino trained it; published students have none.
 *
 * @param recipe how it is sampled
 * @param horizon how it was made to stream
 */
public record StudentFile(WanRecipe recipe, Horizon horizon) {
    static final String NAME = "student.json";

    /** Null where there is none. @throws org.praxino.tensor.UserException when it cannot be read */
    public static @Nullable StudentFile read(WanFolder folder) {
        Path student = folder.student();
        Path file = student == null ? null : student.resolveSibling(NAME);
        return file == null || !Files.isRegularFile(file) ? null : Json.read(file, StudentFile.class);
    }

    /** Beside a student's checkpoint in {@code folder}. */
    public void write(Path folder) {
        Json.write(folder.resolve(NAME), this);
    }

    /** How it makes blocks. */
    public BlockRollout.Plan plan() {
        return new BlockRollout.Plan(recipe.process(), recipe.levels(), horizon.block(), horizon.sink(), horizon.window(), recipe.lead());
    }
}
