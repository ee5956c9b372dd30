package dev.reveille.protocol.scram;

import dev.reveille.protocol.Utf8;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The server's side: proves that a client knows a role's password, without hearing it, and recovers the keys by which
 * one can log in to the compute in the client's place (spec 01 §11). Stricter than the reference where PostgreSQL is
 * (§11.4).
 *
 * <pre>
 *   AwaitingFirst ──hears──▶ Challenged ──▶ AwaitingProof ──hears──▶ Proven
 *         └─────▶ Refused                         └─────▶ Denied, Refused
 * </pre>
 *
 * States are values; any thread. A step costs a handful of hashes, whatever the verifier's iterations.
 */
public final class ScramServer {

    private ScramServer() {}

    /** What to offer, the best first. */
    public static List<String> mechanisms(ChannelBinding binding) {
        return switch (binding) {
            case ChannelBinding.EndPoint _ -> List.of(ScramExchange.SCRAM_SHA_256_PLUS, ScramExchange.SCRAM_SHA_256);
            case ChannelBinding.Unavailable() -> List.of(ScramExchange.SCRAM_SHA_256);
        };
    }

    /** What a client's first message leads to. */
    public sealed interface FirstOutcome {}

    /** What a client's last message leads to. */
    public sealed interface Verdict {}

    /** Say this (AuthenticationSASLContinue), and go on with {@code next}. */
    public record Challenged(AwaitingProof next, ByteString toSay) implements FirstOutcome {}

    /** The client knows the password. Say this (AuthenticationSASLFinal). */
    public record Proven(ByteString toSay, ScramKeys keys) implements Verdict {}

    /** The client does not know the password, or there is none to know. */
    public record Denied() implements Verdict {}

    /** The exchange is over, and not because of the password. */
    public record Refused(ScramRefusal why) implements FirstOutcome, Verdict {}

    /** The mechanisms have been offered; the client is to choose one and speak. */
    public record AwaitingFirst(ScramVerifier verifier, ChannelBinding binding, String serverNonce) {

        public AwaitingFirst {
            if (!Grammar.isNonce(serverNonce)) {
                throw new IllegalArgumentException("not a nonce");
            }
        }

        public FirstOutcome hear(SaslInitialResponse first) {
            if (!mechanisms(binding).contains(first.mechanism())) {
                return malformed("a mechanism that was not offered");
            }
            Optional<ClientFirst> message = Utf8.strict(first.data()).flatMap(ClientFirst::parse);
            if (message.isEmpty()) {
                return malformed("client-first-message");
            }
            boolean plus = first.mechanism().equals(ScramExchange.SCRAM_SHA_256_PLUS);
            return objection(plus, message.get().gs2())
                    .<FirstOutcome>map(Refused::new)
                    .orElseGet(() -> challenge(message.get()));
        }

        private Optional<ScramRefusal> objection(boolean plus, Gs2Header gs2) {
            return switch (gs2) {
                case Gs2Header.Impossible() when plus -> contradiction();
                case Gs2Header.Impossible() -> Optional.empty();
                case Gs2Header.NotOffered()
                when binding instanceof ChannelBinding.EndPoint -> Optional.of(new ScramRefusal.PlusNotUsed());
                case Gs2Header.NotOffered() -> Optional.empty();
                case Gs2Header.Bound _ when !plus -> contradiction();
                case Gs2Header.Bound(String name)
                when !name.equals(Gs2Header.END_POINT) -> Optional.of(new ScramRefusal.UnsupportedBinding(name));
                case Gs2Header.Bound _ -> Optional.empty();
            };
        }

        private static Optional<ScramRefusal> contradiction() {
            return Optional.of(new ScramRefusal.Malformed("gs2 header that contradicts the mechanism"));
        }

        private FirstOutcome challenge(ClientFirst client) {
            String nonce = client.nonce() + serverNonce;
            String serverFirst = new ServerFirst(nonce, verifier.salt().toArrayUnsafe(), verifier.iterations()).text();
            String channel = client.gs2().channelAttribute(binding);
            return new Challenged(
                    new AwaitingProof(verifier, channel, nonce, client.bare(), serverFirst),
                    ScramExchange.bytes(serverFirst));
        }
    }

    /** The client has its challenge; it is to prove itself. */
    public record AwaitingProof(
            ScramVerifier verifier, String channel, String nonce, String clientFirstBare, String serverFirst) {

        public Verdict hear(ByteString clientFinal) {
            Optional<ClientFinal> message = Utf8.strict(clientFinal).flatMap(ClientFinal::parse);
            if (message.isEmpty()) {
                return malformed("client-final-message");
            }
            ClientFinal last = message.get();
            if (!last.channel().equals(channel)) {
                return new Refused(new ScramRefusal.ChannelDataMismatch());
            }
            if (!last.nonce().equals(nonce)) {
                return malformed("a nonce that is not that of the exchange");
            }
            return verdict(last);
        }

        private Verdict verdict(ClientFinal last) {
            byte[] authMessage = ScramExchange.authMessage(clientFirstBare, serverFirst, last.withoutProof());
            byte[] clientSignature = ScramExchange.signature(verifier.storedKey(), authMessage);
            ByteString clientKey = ByteString.fromArrayUnsafe(ScramHash.xor(last.proof(), clientSignature));
            // Signed before the verdict, so that both verdicts take the same time.
            byte[] serverSignature = ScramExchange.signature(verifier.serverKey(), authMessage);
            return verifier.matches(clientKey)
                    ? new Proven(
                            ScramExchange.bytes("v=" + StrictBase64.encode(serverSignature)),
                            new ScramKeys(clientKey, verifier.serverKey()))
                    : new Denied();
        }

        @Override
        public String toString() {
            return "AwaitingProof[%s]".formatted(verifier);
        }
    }

    private static Refused malformed(String fact) {
        return new Refused(new ScramRefusal.Malformed(fact));
    }
}
