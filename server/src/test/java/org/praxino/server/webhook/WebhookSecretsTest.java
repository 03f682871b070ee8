package org.praxino.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class WebhookSecretsTest {
    @TempDir
    Path folder;

    /** The example of the specification's reference libraries. */
    @Test
    void signaturesAreThoseOfStandardWebhooks() {
        byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(WebhookSecrets.sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void theShownSecretIsTheOneThatSigns() {
        var secrets = new WebhookSecrets(new byte[32]);
        String shown = secrets.display("a");
        assertThat(shown).startsWith("whsec_").isNotEqualTo(secrets.display("b"));
        byte[] key = Base64.getDecoder().decode(shown.substring("whsec_".length()));
        assertThat(secrets.sign("a", "id", 5, "body")).isEqualTo(WebhookSecrets.sign(key, "id", 5, "body"));
    }

    @Test
    void theMasterSecretStaysTheSameAndIsNobodyElses() throws Exception {
        Path file = folder.resolve("webhook.secret");
        String first = WebhookSecrets.open(file).display("a");
        assertThat(WebhookSecrets.open(file).display("a")).isEqualTo(first);
        assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
        for (String weak : List.of("", "\n", "AAAA")) {
            Files.writeString(file, weak);
            assertThatThrownBy(() -> WebhookSecrets.open(file)).as("\"" + weak + "\"").isInstanceOf(UserException.class)
                    .hasMessageContaining("webhook.secret").hasMessageContaining("delete it");
        }
        Files.writeString(file, "?!");
        assertThatThrownBy(() -> WebhookSecrets.open(file)).isInstanceOf(UserException.class).hasMessageContaining("webhook.secret");
    }
}
