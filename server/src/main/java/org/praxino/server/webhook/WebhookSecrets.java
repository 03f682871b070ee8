package org.praxino.server.webhook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.praxino.io.AtomicFiles;
import org.praxino.tensor.UserException;

/** Signing secrets, one per owner, derived from one master secret in the data folder. */
public final class WebhookSecrets {
    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;

    private final byte[] master;

    public WebhookSecrets(byte[] master) {
        this.master = master.clone();
    }

    /** Opens the master secret in {@code file}, creating it on first use with owner-only permissions. */
    public static WebhookSecrets open(Path file) {
        try {
            if (!Files.exists(file)) {
                var fresh = new byte[BYTES];
                new SecureRandom().nextBytes(fresh);
                AtomicFiles.writeString(file, Base64.getEncoder().encodeToString(fresh) + "\n");
                if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                }
            }
            byte[] master = Base64.getDecoder().decode(Files.readString(file).strip());
            if (master.length < BYTES) {
                throw new UserException("the webhook secret " + file + " has " + master.length + " bytes, and needs " + BYTES
                        + ": anyone could sign with it. Restore it, or delete it to have a new one made");
            }
            return new WebhookSecrets(master);
        } catch (java.io.IOException | IllegalArgumentException e) {
            throw new UserException("the webhook secret " + file + " cannot be read: delete it to have a new one made", e);
        }
    }

    /** The secret as shown to its owner: {@code whsec_} and the key in base64. */
    public String display(String owner) {
        return PREFIX + Base64.getEncoder().encodeToString(key(owner));
    }

    private byte[] key(String owner) {
        return hmac(master, owner.getBytes(StandardCharsets.UTF_8));
    }

    /** The header {@code webhook-signature}: HMAC-SHA256 over id, time and body, joined by dots. */
    public String sign(String owner, String id, long timestamp, String body) {
        return sign(key(owner), id, timestamp, body);
    }

    static String sign(byte[] key, String id, long timestamp, String body) {
        byte[] signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
        return "v1," + Base64.getEncoder().encodeToString(hmac(key, signed));
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
