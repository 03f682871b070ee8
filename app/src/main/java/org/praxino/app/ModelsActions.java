package org.praxino.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.io.model.ModelRepository;
import org.praxino.stream.ModelSource;
import org.praxino.tensor.UserException;

/** {@code models}: lists the available models. */
final class ModelsActions {
    private ModelsActions() {}

    static int models(ModelsCommand.Options options, CommandContext context) {
        ModelRepository repository = options.folder() == null ? ModelRepository.defaults() : new ModelRepository(List.of(options.folder()));
        List<Path> folders = new ArrayList<>(repository.all());
        repository.roots().forEach(root -> folders.addAll(WanInfoText.folders(root)));
        if (folders.isEmpty()) {
            throw new UserException("there are no models in " + repository.roots().stream().map(Path::toString).collect(Collectors.joining(", ")));
        }
        var lines = new LinkedHashMap<String, String>();
        for (Path folder : folders) {
            lines.putIfAbsent(folder.getFileName().toString(), line(folder));
        }
        MachineInfo.print(lines, context.console().out());
        return 0;
    }

    /** A model that cannot be opened is listed with the reason, so that it does not hide the others. */
    private static String line(Path folder) {
        try {
            return switch (ModelSource.open(folder.toString())) {
                case ModelSource.Walt walt -> ModelInfoText.line(walt.folder().info());
                case ModelSource.Wan wan -> WanInfoText.line(wan.folder());
            };
        } catch (UserException e) {
            return "cannot be used: " + e.getMessage();
        }
    }
}
