import java.nio.file.Files;
import java.nio.file.Path;
import org.praxino.client.PraxinoClient;
import org.praxino.client.ServerException;
import org.praxino.client.Video;
import org.praxino.client.VideoRequest;

/** A program on Java 17 that calls a server: base URL and the file to write as arguments. */
public class Java17Client {
    public static void main(String[] args) {
        if (Runtime.version().feature() != 17) {
            throw new AssertionError("this is Java " + Runtime.version());
        }
        try (var client = PraxinoClient.at(args[0])) {
            if (!client.models().contains("tiny")) {
                throw new AssertionError("models: " + client.models());
            }
            var told = new java.util.ArrayList<Video>();
            Video done = client.follow(client.create(VideoRequest.of("a ball").frames(5).steps(2).seed(3).format("gif")).id(), told::add);
            if (!done.isCompleted() || told.isEmpty()) {
                throw new AssertionError("it ended as " + done);
            }
            Path file = client.download(done, Path.of(args[1]));
            if (!Files.isRegularFile(file)) {
                throw new AssertionError(file + " is not there");
            }
            client.delete(done.id());
            try {
                client.get(done.id());
                throw new AssertionError("a deleted video is still there");
            } catch (ServerException e) {
                System.out.println("refused: " + e.code());
            }
        }
    }
}
