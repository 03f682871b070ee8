package org.praxino.app;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.praxino.io.model.ModelShelf;
import org.praxino.server.PraxinoServer;
import org.praxino.server.engine.ServedModel;
import org.praxino.stream.DeviceTurns;
import org.praxino.stream.ModelOptions;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/** {@code serve}: a server until Ctrl-C. */
final class ServeAction {
    private ServeAction() {}

    static int run(ServeOptions options, Context context) throws InterruptedException {
        options.models().forEach(ModelShelf.usual()::open); // a wrong name is told before anything is started
        if (options.check()) {
            PraxinoServer.check(options.config());
            context.console().out().println("ready to serve " + String.join(", ", options.models()));
            return 0;
        }
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        var stopped = new CountDownLatch(1);
        try (var server = PraxinoServer.start(options.config(), loaders(options.models(), device, dtype))) {
            context.stop().whenRequested(stopped::countDown);
            String host = options.config().bind().host();
            context.console().out().println("http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + server.port());
            context.console().out().flush();
            while (!stopped.await(1, TimeUnit.SECONDS)) {
                if (server.failure().isPresent()) {
                    throw new UserException("the models cannot be loaded: " + server.failure().get());
                }
            }
            context.console().say("stopping after the step being computed");
        }
        return 0;
    }

    private static List<Supplier<ServedModel>> loaders(List<String> models, Device device, DType dtype) {
        var turns = new DeviceTurns(); // all of them work on one device
        var options = ModelOptions.of(device, dtype);
        return models.stream().<Supplier<ServedModel>>map(name -> () -> ServedModel.of(VideoModel.open(name, options, turns))).toList();
    }
}
