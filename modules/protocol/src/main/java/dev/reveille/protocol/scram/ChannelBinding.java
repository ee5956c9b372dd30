package dev.reveille.protocol.scram;

import org.apache.pekko.util.ByteString;

/** What this side of a connection can bind an exchange to, so that nobody in the middle can pass it on (RFC 5929). */
public sealed interface ChannelBinding {

    /** No TLS, or a certificate whose signature has no hash that both sides would agree on. */
    record Unavailable() implements ChannelBinding {}

    /** {@code tls-server-end-point}: the hash of the server's certificate. */
    record EndPoint(ByteString digest) implements ChannelBinding {}
}
