package org.praxino.io.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.io.safetensors.Bytes.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.tensor.UserException;

class SafetensorsMalformedTest {

    @TempDir
    Path dir;

    static Stream<Arguments> malformed() {
        String a = tensor("a", "F32", "[2]", "[0,8]");
        return Stream.of(
                Arguments.of("", 0, "does not begin with '{'"),
                Arguments.of("[]", 0, "does not begin with '{'"),
                Arguments.of(" {}", 0, "does not begin with '{'"),
                Arguments.of("{", 0, "not valid JSON"),
                Arguments.of("{" + a, 8, "not valid JSON"),
                Arguments.of("{" + a + "}}", 8, "not valid JSON"),
                Arguments.of("{" + a + "} {}", 8, "continues after the closing '}'"),
                Arguments.of("{" + a + "}\0\0", 8, "not valid JSON"),
                Arguments.of("{" + a + "," + a + "}", 8, "has \"a\" twice"),
                Arguments.of("{\"a\":3}", 8, "tensor \"a\" must be an object"),
                Arguments.of("{" + a.replace("{\"dtype\"", "{\"dtype\":\"F32\",\"dtype\"") + "}", 8, "has \"dtype\" twice"),
                Arguments.of("{" + a.replace("{\"dtype\"", "{\"shape\":[2],\"dtype\"") + "}", 8, "has \"shape\" twice"),
                Arguments.of("{" + a.replace("{\"dtype\"", "{\"strides\":[1],\"dtype\"") + "}", 8, "unknown field \"strides\""),
                Arguments.of("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "has no \"dtype\""),
                Arguments.of("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "has no \"shape\""),
                Arguments.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "has no \"data_offsets\""),
                Arguments.of("{" + tensor("a", "F31", "[2]", "[0,8]") + "}", 8, "unknown dtype \"F31\"; known are F64, F32"),
                Arguments.of("{" + tensor("a", "f32", "[2]", "[0,8]") + "}", 8, "unknown dtype \"f32\""),
                Arguments.of("{" + tensor("a", "F32", "2", "[0,8]") + "}", 8, "\"shape\" must be a list of whole numbers"),
                Arguments.of("{" + tensor("a", "F32", "[2.0]", "[0,8]") + "}", 8, "\"shape\" must be a list of whole numbers"),
                Arguments.of("{" + tensor("a", "F32", "[[2]]", "[0,8]") + "}", 8, "\"shape\" must be a list of whole numbers"),
                Arguments.of("{" + tensor("a", "F32", "[-2]", "[0,8]") + "}", 8, "negative number -2"),
                Arguments.of("{" + tensor("a", "F32", "[-2,-1]", "[0,8]") + "}", 8, "negative number -2"),
                Arguments.of("{" + tensor("a", "F32", "[99999999999999999999]", "[0,8]") + "}", 8, "a number above 2^63"),
                Arguments.of("{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}", 0, "more than 2^63 bytes"),
                Arguments.of("{" + tensor("a", "F32", "[4611686018427387904]", "[0,0]") + "}", 0, "more than 2^63 bytes"),
                Arguments.of("{" + tensor("a", "F32", "[2]", "[0]") + "}", 8, "\"data_offsets\" must be two numbers"),
                Arguments.of("{" + tensor("a", "F32", "[2]", "[0,8,8]") + "}", 8, "\"data_offsets\" must be two numbers"),
                Arguments.of("{" + tensor("a", "F32", "[2]", "[8,0]") + "}", 8, "begins at byte 8 but ends before that, at 0"),
                Arguments.of("{" + tensor("a", "F32", "[2]", "[-8,0]") + "}", 8, "negative number -8"),
                Arguments.of("{" + tensor("a", "F32", "[3]", "[0,8]") + "}", 8, "needs 12 bytes for shape [3] in F32 but has 8"),
                Arguments.of("{" + tensor("a", "F16", "[2]", "[0,8]") + "}", 8, "needs 4 bytes for shape [2] in F16 but has 8"),
                Arguments.of("{" + tensor("a", "F32", "[]", "[0,8]") + "}", 8, "needs 4 bytes for shape [] in F32 but has 8"),
                Arguments.of("{" + a + "}", 7, "tensor \"a\" ends at byte 8 of the data, but the file has only 7"),
                Arguments.of("{" + a + "}", 9, "1 bytes at its end belong to no tensor"),
                Arguments.of("{}", 4, "4 bytes at its end belong to no tensor"),
                Arguments.of("{" + tensor("a", "F32", "[2]", "[4,12]") + "}", 12, "a hole of 4 bytes between the header and tensor \"a\""),
                Arguments.of(
                        "{" + a + "," + tensor("b", "F32", "[1]", "[9,13]") + "}", 13, "a hole of 1 bytes between tensor \"a\" and tensor \"b\""),
                Arguments.of("{" + a + "," + tensor("b", "F32", "[1]", "[4,8]") + "}", 8, "tensor \"b\" overlaps tensor \"a\" by 4 bytes"),
                Arguments.of("{" + a + "," + tensor("b", "F32", "[2]", "[0,8]") + "}", 8, "overlaps"),
                Arguments.of("{\"__metadata__\":[]," + a + "}", 8, "its __metadata__ must be an object"),
                Arguments.of("{\"__metadata__\":{\"k\":1}," + a + "}", 8, "its __metadata__ \"k\" must be text"),
                Arguments.of("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + a + "}", 8, "its __metadata__ has \"k\" twice"));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String header, int dataBytes, String reason) throws IOException {
        refused(Bytes.file(dir, header, dataBytes), reason);
    }

    @Test
    void refusesBadLengths() throws IOException {
        Path file = dir.resolve("x.safetensors");
        refused(Files.write(file, new byte[0]), "it is empty: get it again");
        refused(Files.write(file, new byte[7]), "it has 7 bytes");
        refused(Files.write(file, new byte[] {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'}), "claims 3 bytes, but only 2 follow");
        refused(Files.write(file, new byte[] {2, 0, 0, 0, 0, 0, 0, -128, '{', '}'}), "claims 9223372036854775810 bytes, above the limit");
        refused(Files.write(file, new byte[] {1, (byte) 0xe1, (byte) 0xf5, 5, 0, 0, 0, 0}), "claims 100000001 bytes, above the limit");
        refused(Files.write(file, new byte[] {0, (byte) 0xe1, (byte) 0xf5, 5, 0, 0, 0, 0}), "claims 100000000 bytes, but only 0 follow");
        refused(Files.write(file, "version https://git-lfs.github.com/spec/v1\noid sha256:96b6\n".getBytes()), "pointer of Git LFS");
        refused(Files.write(file, "<html>Sign in</html>".getBytes()), "a web page");
        refused(Files.write(file, "PK\3\4\0\0\10\10\0\0".getBytes()), "as PyTorch's checkpoints are");
        refused(Files.write(file, "GGUF\3\0\0\0\0\0".getBytes()), "a GGUF file");
        refused(Bytes.file(dir, new byte[] {'{', '"', (byte) 0xc3, '"', '}'}, 0), "not UTF-8");
        assertThatThrownBy(() -> SafetensorsFile.open(dir.resolve("none")))
                .isInstanceOf(UserException.class)
                .hasMessage("Cannot read " + dir.resolve("none") + ": there is no such file.");
        assertThatThrownBy(() -> SafetensorsFile.open(dir)).isInstanceOf(UserException.class).hasMessageStartingWith("Cannot read " + dir);
    }

    private static void refused(Path file, String reason) {
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Cannot read " + file + ": ")
                .hasMessageContaining(reason)
                .hasMessageEndingWith(".");
    }

    /** Damaged files are refused with a sentence or are still whole: never another exception, never bytes outside the file. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fuzzedFilesAreRefusedOrWhole(long seed) throws IOException {
        Random random = new Random(seed);
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + tensor("w.0", "F32", "[2,3]", "[0,24]") + "," + tensor("w.1", "BF16", "[4]", "[24,32]") + ","
                + tensor("e", "I64", "[0,7]", "[32,32]") + "," + tensor("s", "U8", "[]", "[32,33]") + "}";
        byte[] good = Files.readAllBytes(Bytes.file(dir, header, 33));
        List<String> tokens = List.of("0", "-", "9", "]", "[", "{", "}", "\"", ",", ":", "1e9", "null", "F32", " ", "\\u0000", "true");
        int opened = 0;
        for (int i = 0; i < 400; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                bad = damage(random, bad, tokens);
            }
            Path file = Files.write(dir.resolve("fuzz.safetensors"), bad);
            try (SafetensorsFile open = SafetensorsFile.open(file)) {
                opened++;
                long bytes = 0;
                for (String name : open.names()) {
                    bytes += open.bytes(name).byteSize();
                }
                assertThat(bytes).isLessThan(bad.length);
            } catch (UserException refused) {
                assertThat(refused).message().startsWith("Cannot read " + file + ": ").endsWith(".").hasSizeLessThan(600);
            }
        }
        assertThat(opened).isBetween(1, 399);
    }

    private static byte[] damage(Random random, byte[] bytes, List<String> tokens) {
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] cut = java.util.Arrays.copyOf(bytes, at);
                return cut;
            }
            case 1 -> {
                if (bytes.length > 0) {
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                }
                return bytes;
            }
            case 2 -> {
                byte[] token = tokens.get(random.nextInt(tokens.size())).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                System.arraycopy(token, 0, bytes, at, Math.min(token.length, bytes.length - at));
                return bytes;
            }
            default -> {
                return java.util.Arrays.copyOf(bytes, bytes.length + random.nextInt(3));
            }
        }
    }
}
