package org.praxino.app;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.StopSignal;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.tokenizer.PublishedTokenizer;
import org.praxino.server.PraxinoServer;
import org.praxino.server.ServerConfig;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServedModel;
import org.praxino.stream.DeviceScheduler;
import org.praxino.stream.ModelSource;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/** {@code serve}: runs a server until Ctrl-C. */
final class ServeAction {
    private ServeAction() {}

    static int run(ServeOptions options, CommandContext context) throws InterruptedException {
        find(options, context);
        if (options.check()) {
            PraxinoServer.check(options.config()).forEach(context.console().out()::println);
            context.console().out().println("ready to serve " + options.models().stream().map(ModelOpenOptions::model)
                    .collect(Collectors.joining(", ")));
            return 0;
        }
        return serve(options.config(), loaders(options.models(), context), options.browser(), context);
    }

    /** Serves what {@code models} load until a stop is asked for. @param browser whether to open the studio where someone would see it */
    static int serve(ServerConfig config, List<Supplier<ServedModel>> models, boolean browser, CommandContext context) throws InterruptedException {
        var stopped = new CountDownLatch(1);
        context.stop().needs(StopSignal.SERVER);
        try (var server = PraxinoServer.start(config, models)) {
            context.stop().whenRequested(stopped::countDown);
            String host = config.bind().host();
            String address = "http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + server.port();
            context.console().out().println(address);
            context.console().out().flush();
            if (browser && context.console().interactive() && config.bind().loopback()) {
                BrowserLauncher.open(URI.create(address + "/"), System.getenv());
            }
            while (!stopped.await(1, TimeUnit.SECONDS)) {
                if (server.failure().isPresent()) {
                    throw new UserException("the models cannot be loaded: " + server.failure().get());
                }
                if (server.end().isPresent()) { // not a fault of the configuration: a supervisor may restart the process
                    context.console().message(server.end().get() + ": the server ends; jobs that wait are done after the next start.");
                    return ErrorReporter.UNEXPECTED;
                }
            }
            context.console().message("stopping after the step being computed");
        }
        return 0;
    }

    /**
     * Reports a wrong name before anything is started. Weights and tokenizer of Wan models are read at the first request only, so it also
     * reports here what does not fit or cannot be read.
     */
    private static void find(ServeOptions options, CommandContext context) {
        Device device = context.openDevice();
        boolean alone = options.models().stream().noneMatch(o -> ModelSource.open(o.model()) instanceof ModelSource.Wan);
        var names = new LinkedHashSet<String>();
        for (ModelOpenOptions opening : options.models()) {
            switch (ModelSource.open(opening.model())) {
                case ModelSource.Walt walt -> {
                    ModelInfo info = walt.folder().info();
                    names.add(info.name());
                    if (alone) { // options of Wan models may be meant for another one
                        opening.options(device, context).requireWalt(info);
                    }
                }
                case ModelSource.Wan wan -> {
                    try (var model = VideoModel.open(opening.model(), opening.options(device, context))) {
                        names.add(model.info().name());
                    }
                    PublishedTokenizer.open(wan.folder().tokenizer()).close();
                }
            }
        }
        ModelRegistry.requireServed(options.config().aliases(), names);
    }

    private static List<Supplier<ServedModel>> loaders(List<ModelOpenOptions> models, CommandContext context) {
        Device device = context.openDevice();
        var turns = new DeviceScheduler(); // all of them work on one device
        return models.stream().<Supplier<ServedModel>>map(o -> () ->
                ServedModel.of(VideoModel.open(o.model(), o.options(device, context), turns))).toList();
    }
}
