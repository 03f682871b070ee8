package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.io.FileErrors;
import org.praxino.stream.ModelSource;
import org.praxino.tensor.UserException;

/** {@code info}: shows versions and hardware, or describes a model or file. */
final class InfoActions {
    private InfoActions() {}

    static int info(InfoCommand.Options options, CommandContext context) throws IOException {
        String subject = options.subject();
        boolean file = subject != null && isFile(subject);
        ModelSource source = subject == null || file ? null : model(subject);
        if (options.reckons() && !(source instanceof ModelSource.Wan)) {
            throw new UserException("--size and --frames have no effect here: the memory of a Wan model is estimated for them, and no such model is named");
        }
        Map<String, String> facts = switch (source) {
            case ModelSource.Walt walt -> ModelInfoText.of(walt.folder());
            case ModelSource.Wan wan -> WanInfoText.of(wan.folder(), options.size(), options.frames(), context);
            case null -> subject == null ? MachineInfo.of(context) : FileInfoText.of(Path.of(subject));
        };
        MachineInfo.print(facts, context.console().out());
        if (options.json() != null) {
            context.console().writeJson(options.json(), facts);
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
