package dev.reveille.cancellation;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a cancel request came from, and when: the same access rules hold for it as for a login (spec 02 §12.6), and a
 * query that had not begun then is not the one that was meant.
 *
 * @param client the canceller's address
 * @param privateLink the private link it came through, where the door is a private one
 * @param heardAtNanos {@link System#nanoTime} of this process when the request was heard; who passes it on to another
 *     node passes on how long ago that was
 */
public record CancelOrigin(InetAddress client, Optional<String> privateLink, long heardAtNanos) {

    /** A request that is heard now. */
    public CancelOrigin(InetAddress client, Optional<String> privateLink) {
        this(client, privateLink, System.nanoTime());
    }
}
