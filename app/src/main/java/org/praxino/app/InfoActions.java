package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.stream.ModelSource;
import org.praxino.tensor.UserException;

/** {@code info}: shows versions and hardware, or describes a model or file. */
final class InfoActions {
    private InfoActions() {}

    static int info(InfoCommand.Options options, CommandContext context) throws IOException {
        String subject = options.subject();
        Map<String, String> facts;
        if (subject == null) {
            facts = MachineInfo.of(context);
        } else if (isFile(subject)) {
            facts = FileInfoText.of(Path.of(subject));
        } else {
            facts = switch (model(subject)) {
                case ModelSource.Walt walt -> ModelInfoText.of(walt.folder());
                case ModelSource.Wan wan -> WanInfoText.of(wan.folder(), options.size(), options.frames(), context);
            };
        }
        MachineInfo.print(facts, context.console().out());
        if (options.json() != null) {
            Json.write(options.json(), facts);
        }
        return 0;
    }

    /** What was meant for a file, by its ending, is missed as a file and not as a model. */
    private static ModelSource model(String subject) {
        try {
            return ModelSource.open(subject);
        } catch (UserException e) {
            if (subject.matches(".*\\.[A-Za-z0-9]{2,11}") && !Files.exists(Path.of(subject))) {
                throw FileErrors.reading(Path.of(subject), new NoSuchFileException(subject));
            }
            throw e;
        }
    }

    private static boolean isFile(String subject) {
        try {
            return Files.isRegularFile(Path.of(subject));
        } catch (java.nio.file.InvalidPathException e) {
            return false;
        }
    }
}
