package dev.reveille.cancellation;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a cancel request came from: the same access rules hold for it as for a login (spec 02 §12.6).
 *
 * @param client the canceller's address
 * @param privateLink the private link it came through, where the door is a private one
 */
public record CancelOrigin(InetAddress client, Optional<String> privateLink) {}
