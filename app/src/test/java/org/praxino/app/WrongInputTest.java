package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.TinyModel;

/** Wrong inputs to every command: one sentence, exit code 2, nothing written. {@code @} is the test's folder. */
class WrongInputTest {
    private static final String INPUTS = """
            generate
            generate ""
            generate x -m @/none
            generate x -m @/text.txt
            generate x -m @/folder
            generate x -m @/broken
            generate x -m ""
            generate x -m @/tiny -o @/text.txt
            generate x -m @/tiny -o @/none/a.mp4
            generate x -m @/tiny -o ""
            generate x -m @/tiny -o a
            generate x -m @/tiny -o @/text.txt/a.mp4
            generate x -m @/tiny -o @/a.gif --fps 0
            generate x -m @/tiny -o @/a.gif --fps 120
            generate x -m @/tiny -o @/a.gif --fps nan
            generate x -m @/tiny -o @/a.gif --image @/text.txt
            generate x -m @/tiny -o @/a.gif --image @/folder
            generate x -m @/tiny -o @/a.gif --image @/none.png
            generate x -m @/tiny -o @/a.gif --image /dev/zero
            generate x -m @/tiny -o @/a.gif --frames 0
            generate x -m @/tiny -o @/a.gif --frames 1000001
            generate x -m @/tiny -o @/a.gif --frames 99999999999
            generate x -m @/tiny -o @/a.gif --seed 1.5
            generate x -m @/tiny -o @/a.gif --seed 99999999999999999999
            generate x -m @/tiny -o @/a.gif --steps -1
            generate x -m @/tiny -o @/a.gif --guidance -3
            generate x -m @/tiny -o @/a.gif --guidance infinity
            generate x -m @/tiny -o @/a.gif --sampler unipc
            generate x -m @/tiny -o @/a.gif --shift 3
            generate x -m @/tiny -o @/a.gif --recipe wan
            generate x -m @/tiny -o @/a.gif --size 0
            generate x -m @/tiny -o @/a.gif --size 99999x2
            generate x -m @/tiny -o @/a.gif --sheet @/none/s.png
            generate x -m @/tiny -o @/a.gif --sheet @/folder
            generate x -m @/tiny -o - -o @/a.gif
            generate x -m @/tiny -n 0
            generate x -m @/tiny -n 2 -o -
            generate x -m @/tiny -o @/a.gif --device cuda:99
            generate x -m @/tiny -o @/a.gif --threads -3
            generate x -m @/tiny -o @/a.gif --codec h264
            generate "word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word" -m @/tiny -o @/a.gif
            generate x -m @/tiny --log loud
            stream
            stream x -m @/tiny -o @/a.mp4
            stream x -m @/student -o @/a.mp4 --seconds -1
            stream x -m @/student -o @/a.mp4 --seconds 1e300
            stream x -m @/student -o @/a.mp4 --seconds abc
            stream x -m @/student -o @/a.mp4 --strength 0.5
            stream x -m @/student -o @/a.mp4 --video @/none.mp4
            stream x -m @/student -o @/a.mp4 --video @/text.txt
            stream x -m @/student -o @/a.mp4 --continue @/text.txt
            stream x -m @/student -o @/a.mp4 --image @/none.png
            stream x -m @/student -o @/a.mp4 --image @/p.png --video @/p.png
            stream --timeline @/none.json -m @/student -o @/a.mp4
            stream --timeline @/text.txt -m @/student -o @/a.mp4
            stream --timeline @/folder -m @/student -o @/a.mp4
            stream --timeline @/bytes -m @/student -o @/a.mp4
            stream --timeline @/empty.json -m @/student -o @/a.mp4
            stream --resume @/none -m @/student -o @/a.mp4
            stream --resume @/text.txt -m @/student -o @/a.mp4
            stream --resume @/tiny/model.json -m @/student -o @/a.mp4
            stream x --resume @/text.txt
            stream x -m @/student -o @/a.mp4 --seconds 1 --snapshot @/text.txt
            stream x -m @/student -o @/a.mp4 --seconds 1 --snapshot @/text.txt/s
            stream x -m @/student -o @/a.mp4 --seconds 1 --blocks @/none/b
            stream x -m @/student -o @/a.mp4 --seconds 1 --blocks @/folder
            stream x -m @/student -o @/a.mp4 --window 9
            serve --port 70000 --data @/srv
            serve --port -1 --data @/srv
            serve -m @/none --data @/srv
            serve -m @/tiny --data @/text.txt --check
            serve -m @/tiny --data @/srv --recipe causvid --check
            serve -m @/tiny --data @/srv --keep 0
            serve -m @/tiny --data @/srv --live 0 --check
            serve -m @/tiny --data @/srv --queue 0 --check
            serve -m @/tiny --data @/srv --refused-words @/none --check
            serve -m @/tiny --data @/srv --refused-words @/bytes --check
            serve -m @/tiny --data @/srv --refused-words @/folder --check
            serve -m @/tiny --data @/srv --host no.such.host.invalid --check
            serve -m @/tiny --data @/srv --origin nonsense --check
            serve -m @/tiny --data @/srv --database nonsense --check
            serve -m @/tiny --data @/srv --alias x --check
            serve -m @/tiny --data @/srv --alias x=nobody --check
            keys
            keys add
            keys add x --scopes fly --data @/srv
            keys revoke nobody --data @/srv
            data
            data prepare
            data prepare folder
            data prepare folder @/none --out @/set
            data prepare folder @/text.txt --out @/set
            data prepare folder @/folder --out @/set
            data prepare folder @/folder --out @/folder
            data prepare folder @/folder --out @/text.txt
            data prepare folder @/folder --out @/set --size 7
            data prepare folder @/folder --out @/set --fps 0
            data prepare folder @/folder --out @/set --long-captions shout
            train
            train walt
            train walt --config @/none.yaml
            train walt --config @/text.txt
            train walt --config @/folder
            train walt --config @/bytes
            train walt --config /dev/zero
            train walt --config @/empty.yaml
            train tokenizer --config @/list.yaml
            train tokenizer --config configs/emoji-tokenizer.yaml --set batch=4
            train tokenizer --config configs/emoji-tokenizer.yaml --set training.optimisation.batch=many
            train tokenizer --config configs/emoji-tokenizer.yaml --set training.optimisation.batch=0
            train tokenizer --config configs/emoji-tokenizer.yaml --set =3
            train tokenizer --config configs/emoji-tokenizer.yaml --set training=3
            train tokenizer --config configs/emoji-tokenizer.yaml --set data=@/none
            train walt --config configs/emoji-walt.yaml --set data=@/none --set codec=@/none
            train walt --config configs/emoji-tokenizer.yaml
            train ode --config configs/emoji-ode.yaml --set teacher=@/none
            eval
            eval @/tiny
            eval @/tiny --data @/none
            eval @/tiny --data @/folder
            eval @/tiny --data @/text.txt
            eval @/none --data @/folder
            eval @/tiny --data @/folder --prompts -1
            eval @/tiny --data @/folder --steps 0
            eval @/tiny --data @/folder --stream 0
            eval @/tiny --data @/folder --streams 3
            eval @/tiny --data @/folder --against @/none.json
            eval @/tiny --data @/folder --against @/text.txt
            eval @/tiny --data @/folder --i3d @/none
            eval @/tiny --data @/folder --json @/text.txt
            eval @/tiny --data @/folder --json @/text.txt/x.json
            eval @/tiny --data @/folder --sheets @/text.txt
            eval @/tiny --data @/folder --wording loud
            experiment
            experiment @/none.yaml
            experiment @/text.txt
            experiment @/empty.yaml
            verify
            verify @/none
            verify @/text.txt
            verify @/folder
            bench
            bench fast
            bench gemm --repeats 0
            bench generate -m @/none
            bench stream -m @/tiny --seconds 0
            bench stream -m @/none
            bench wan -m @/tiny
            bench wan --random-weights huge
            bench wan --random-weights tiny --layers 0
            bench soak -m @/none
            bench soak --blocks 0
            bench serve -m @/none
            bench serve --seconds 0
            bench jobs --jobs 0
            info @/none
            info @/none.mp4
            info @/text.txt
            info @/folder
            info @/broken
            info @/cut.mp4
            info ""
            info @/tiny --size 64x64
            info --frames 9
            models --in @/none
            models --in @/text.txt
            pull nothing-of-that-name
            pull ftp://example.org/x
            pull https://
            pull wan-1.3b --sha256 abc --accept-licence
            pull https://example.org/x --sha256 abc
            convert
            convert @/none --out @/x.safetensors
            convert @/text.txt --out @/x.safetensors
            convert @/folder --out @/x
            convert @/text.txt --out @/text.txt
            convert @/tiny/codec/model.safetensors --out @/x.pt
            convert @/tiny/codec/model.safetensors --out @/x.safetensors --to fp8
            convert @/tiny/codec/model.safetensors --out @/x.safetensors --network generator
            convert @/tiny/codec/model.safetensors --out @/text.txt/x.safetensors
            help me
            --nonsense
            nonsense
            --device gpu info
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void inputs() throws IOException {
        TinyModel.save(folder.resolve("tiny"));
        TinyModel.save(folder.resolve("student"), true);
        TinyModel.save(folder.resolve("broken"));
        Files.writeString(folder.resolve("broken/denoiser/model.safetensors"), "no weights");
        Files.writeString(folder.resolve("text.txt"), "a text\n");
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("empty.json"), "");
        Files.writeString(folder.resolve("empty.yaml"), "");
        Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 65});
        Files.writeString(folder.resolve("list.yaml"), "- a\n- b\n");
        try (var picture = VideoWriter.open(folder.resolve("p.png"), WriteOptions.plain(1));
                var clip = VideoWriter.open(folder.resolve("whole.mp4"), WriteOptions.plain(8))) {
            picture.write(Frame.filled(32, 32, new Rgb(200, 30, 30)));
            picture.finish();
            for (int i = 0; i < 8; i++) {
                clip.write(Frame.filled(64, 64, new Rgb(200, 30 * i, 30)));
            }
            clip.finish();
        }
        byte[] whole = Files.readAllBytes(folder.resolve("whole.mp4"));
        Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(whole, 60));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()).filter(f -> !f.startsWith("srv")).sorted().toList();
        }
    }

    @Test
    void everyWrongInputIsOneSentenceWithExitCodeTwo() throws IOException {
        List<String> before = files();
        var wrong = new ArrayList<String>();
        for (String line : INPUTS.lines().toList()) {
            var captured = new CapturedConsole();
            int code = Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(words(line));
            List<String> sentences = captured.err().lines().filter(l -> l.startsWith("praxino: ")).toList();
            String said = sentences.isEmpty() ? "" : sentences.getLast();
            boolean right = code == 2 && sentences.size() == 1 && (said.endsWith(".") || said.endsWith(" --help")) && said.length() < 500
                    && !said.matches(".*(unexpected|Exception|\\bnull\\b|Details: |\\.\\.$).*");
            if (!right) {
                wrong.add(line + "\n    code " + code + ": " + captured.err().strip() + (captured.out().isBlank() ? "" : "\n    out: " + captured.out().strip()));
            }
        }
        assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
        assertThat(files()).as("nothing is written").isEqualTo(before);
    }

    private String[] words(String line) {
        return Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line.replace("configs/", Checkout.root().resolve("configs") + "/")).results()
                .map(m -> m.group(1) != null ? m.group(1) : m.group(2)).map(w -> w.replace("@", folder.toString())).toArray(String[]::new);
    }
}
