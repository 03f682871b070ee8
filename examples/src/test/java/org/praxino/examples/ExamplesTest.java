package org.praxino.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;

/** Every example runs, as far as it needs no screen, on the model from its jar or folder of resources. */
class ExamplesTest {
    @TempDir
    static Path cache;

    @TempDir
    Path folder;

    private static VideoModel model;

    @BeforeAll
    static void open() {
        System.setProperty("java.awt.headless", "true");
        System.setProperty("praxino.root", cache.toString()); // no zoo here: the model comes from the class path
        System.setProperty("praxino.cache", cache.toString());
        model = VideoModel.open("emoji-128", Device.CPU, DType.F32);
    }

    @AfterAll
    static void close() {
        model.close();
        System.clearProperty("praxino.root");
        System.clearProperty("praxino.cache");
    }

    @Test
    void theModelWasUnpackedFromTheClassPath() {
        assertThat(cache.resolve("models")).isDirectoryRecursivelyContaining("glob:**/emoji-128/student/model.safetensors");
    }

    @Test
    void clip() {
        Path file = folder.resolve("clip.gif");
        GenerateClip.make(model, GenerateRequest.of("a star").withSeed(7).withFrames(5), file);
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void liveStream() {
        assertThat(LiveStream.play(model, "a smiling face", "a red heart", 3, 12)).isEqualTo(12);
    }

    @Test
    void socketStream() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> {
                try {
                    SocketStream.serve(model, socket, "a star");
                } catch (IOException e) {
                    // the test has closed it
                }
            });
            try (var client = new Socket(socket.getInetAddress(), socket.getLocalPort());
                    var in = new DataInputStream(client.getInputStream())) {
                for (int i = 0; i < 3; i++) {
                    var picture = ImageIO.read(new ByteArrayInputStream(in.readNBytes(in.readInt())));
                    assertThat(picture.getWidth()).isEqualTo(128);
                }
            }
        }
    }

    @Test
    void webPage() throws Exception {
        var server = WebPage.serve(model, 0);
        try (var client = HttpClient.newHttpClient()) {
            var page = client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + server.port())).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.body()).contains("/stream?prompt=");
            var stream = client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/stream?prompt=a%20star")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (var in = stream.body()) {
                String head = new String(in.readNBytes(80), StandardCharsets.ISO_8859_1);
                assertThat(head).startsWith("--frame\r\nContent-Type: image/jpeg\r\n").contains("\u00ff\u00d8");
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void trainOnFolder() throws Exception {
        Path clips = Files.createDirectory(folder.resolve("clips"));
        for (String name : new String[] {"a star", "a heart"}) {
            GenerateClip.make(model, GenerateRequest.of(name).withFrames(5), clips.resolve(name + ".gif"));
            Files.writeString(clips.resolve(name + ".txt"), name);
        }
        assertThat(TrainOnFolder.train(clips, folder.resolve("out"), 32, 8).has("codec")).isTrue();
    }

    @Test
    void networkStep() {
        var losses = NetworkStep.step();
        assertThat(losses.after()).isLessThan(losses.before());
    }

    @Test
    void theScreenOfTheWindowPaintsTheFrame() throws Exception {
        var screen = new SwingViewer.Screen();
        screen.setSize(4, 4);
        screen.show(Frame.filled(2, 2, new Rgb(255, 0, 0)));
        var painted = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        SwingUtilities.invokeAndWait(() -> screen.paint(painted.getGraphics()));
        assertThat(painted.getRGB(3, 3)).isEqualTo(0xffff0000);
    }
}
