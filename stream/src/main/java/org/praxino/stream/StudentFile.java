package org.praxino.stream;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.Json;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.WanFolder;

/**
 * The contents of {@value #NAME}, which Praxino writes next to the checkpoint of a trained Wan student. Published students have none.
 *
 * @param recipe how it is sampled
 * @param horizon the attention window it was trained with
 */
public record StudentFile(WanRecipe recipe, Horizon horizon) {
    static final String NAME = "student.json";

    /** Null if there is no such file. @throws org.praxino.tensor.UserException if it cannot be read */
    public static @Nullable StudentFile read(WanFolder folder) {
        Path student = folder.student();
        Path file = student == null ? null : student.resolveSibling(NAME);
        return file == null || !Files.isRegularFile(file) ? null : Json.read(file, StudentFile.class);
    }

    /** Writes the file next to a student's checkpoint in {@code folder}. */
    public void write(Path folder) {
        Json.write(folder.resolve(NAME), this);
    }

    /** How it generates blocks. */
    public BlockRollout.Plan plan() {
        return new BlockRollout.Plan(
                recipe.process(), new StudentPlan(horizon.block(), recipe.levels(), horizon.sink(), horizon.window()), recipe.lead());
    }
}
