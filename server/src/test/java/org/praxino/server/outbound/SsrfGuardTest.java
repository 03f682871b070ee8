package org.praxino.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.tensor.UserException;

class SsrfGuardTest {
    private final SsrfGuard guard = new SsrfGuard(false);

    @ParameterizedTest
    @ValueSource(strings = {
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
                "192.0.0.8",
        "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
                "fc00::1", "fd12::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:4136:e378::1", "2001:db8::1", "fec0::1"
    })
    void addressesOfSpecialUseAreRefused(String address) throws Exception {
        assertThat(SsrfGuard.isPublic(InetAddress.ofLiteral(address))).isFalse();
        String host = address.contains(":") ? "[" + address + "]" : address;
        assertThatThrownBy(() -> guard.check("http://" + host + "/hook")).isInstanceOf(UserException.class).hasMessageContaining("network");
        assertThatThrownBy(() -> guard.resolve(URI.create("http://" + host + "/"))).isInstanceOf(UserException.class);
        assertThatCode(() -> new SsrfGuard(true).check("http://" + host + "/hook")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "198.20.0.1", "2606:4700::1111", "2a00::1"})
    void publicAddressesAreNot(String address) {
        assertThat(SsrfGuard.isPublic(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void namesOfThisMachineAndOddFormsAreRefused() {
        for (String url : List.of("http://localhost/x", "https://LOCALHOST:8443", "http://a.localhost", "http://2130706433/", "http://0x7f000001/",
                "http://127.1/", "ftp://example.org/", "file:///etc/passwd", "http://", "https://me:secret@example.org/", "nonsense",
                        "http://exa mple.org")) {
            assertThatThrownBy(() -> guard.check(url)).as(url).isInstanceOf(UserException.class);
        }
        assertThatThrownBy(() -> guard.resolve(URI.create("http://localhost/"))).isInstanceOf(UserException.class);
        assertThatCode(() -> guard.check("https://example.org:8443/hook?x=1")).doesNotThrowAnyException();
    }

    @Test
    void invalidWebhookUrlsAreRefusedAtOnce() {
        for (String url : List.of("http://example.org:99999/", "http://example.org:0/", "http://example.org:70000", "http://a..b/", "http://-a.example/",
                "https://" + "a".repeat(64) + ".example/", "https://" + "a.".repeat(130) + "example/", "http://localhost./x", "http://a.localhost./")) {
            assertThatThrownBy(() -> guard.check(url)).as(url).isInstanceOf(UserException.class);
        }
        assertThatThrownBy(() -> guard.check("http://example.org:99999/")).hasMessageContaining("between 1 and 65535").hasMessageContaining("99999");
        assertThatCode(() -> guard.check("https://example.org./hook")).as("a name may end in a dot").doesNotThrowAnyException();
        assertThat(SsrfGuard.host(URI.create("https://example.org./hook"))).isEqualTo("example.org");
    }
}
