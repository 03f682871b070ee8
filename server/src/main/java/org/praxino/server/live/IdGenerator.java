package org.praxino.server.live;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Generates ids of sessions and snapshots, and unguessable resume tokens. Thread-safe. */
final class IdGenerator {
    private final SecureRandom random = new SecureRandom();

    String session() {
        return "live_" + HexFormat.of().formatHex(bytes(8));
    }

    String snapshot() {
        return "snap_" + HexFormat.of().formatHex(bytes(8));
    }

    String token() {
        return "pxr_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(32));
    }

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
