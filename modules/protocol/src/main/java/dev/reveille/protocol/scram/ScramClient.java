package dev.reveille.protocol.scram;

import dev.reveille.protocol.Utf8;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The client's side: logs in to a compute, with the keys that {@link ScramServer} recovered or with a password (spec 01
 * §11.5, §17.4).
 *
 * <pre>
 *   AwaitingChallenge ──hears──▶ Challenged ──▶ AwaitingSignature ──hears──▶ Verified
 *           └─────▶ Failed                              └─────▶ Failed
 * </pre>
 *
 * States are values; any thread. Hearing the challenge with a password costs as many hashes as the compute asks for, up
 * to {@link ScramVerifier#ITERATIONS_MAX}: do that away from the event loops. With keys it costs a handful.
 */
public final class ScramClient {

    private ScramClient() {}

    /** What the login starts from. Not printed. */
    public sealed interface Secret {

        /** The role's keys, which fit where the compute keeps the same verifier as the control plane. */
        record Keys(ScramKeys keys) implements Secret {}

        /** The role's password. */
        record Password(ByteString password) implements Secret {

            @Override
            public String toString() {
                return "Password[***]";
            }
        }
    }

    /** What the compute's challenge leads to. */
    public sealed interface ChallengeOutcome {}

    /** What the compute's signature leads to. */
    public sealed interface SignatureOutcome {}

    /** Say this, and go on with {@code next}. */
    public record Challenged(SaslResponse toSay, AwaitingSignature next) implements ChallengeOutcome {}

    /** The compute knows the role's secret too. AuthenticationOk follows. */
    public record Verified() implements SignatureOutcome {}

    /** The compute did not keep to SCRAM, or is not who it should be. The reason is for the log and holds no content. */
    public record Failed(String reason) implements ChallengeOutcome, SignatureOutcome {}

    /**
     * Chooses among the mechanisms that a compute offers: bound to the channel where both sides can. Nothing where it
     * offers none that we can speak.
     */
    public static Optional<AwaitingChallenge> begin(
            List<String> offeredMechanisms, ChannelBinding binding, Secret secret, String nonce) {
        boolean plusOffered = offeredMechanisms.contains(ScramExchange.SCRAM_SHA_256_PLUS);
        Gs2Header gs2 = Gs2Header.of(binding, plusOffered);
        String mechanism =
                gs2 instanceof Gs2Header.Bound ? ScramExchange.SCRAM_SHA_256_PLUS : ScramExchange.SCRAM_SHA_256;
        return offeredMechanisms.contains(mechanism)
                ? Optional.of(
                        new AwaitingChallenge(mechanism, gs2.text(), gs2.channelAttribute(binding), secret, nonce))
                : Optional.empty();
    }

    /** A mechanism is chosen: say {@link #toSay}, and tell this state what the compute answers. */
    public record AwaitingChallenge(String mechanism, String gs2Header, String channel, Secret secret, String nonce) {

        public AwaitingChallenge {
            if (!Grammar.isNonce(nonce)) {
                throw new IllegalArgumentException("not a nonce");
            }
        }

        public SaslInitialResponse toSay() {
            return new SaslInitialResponse(mechanism, ScramExchange.bytes(gs2Header + bare()));
        }

        public ChallengeOutcome hear(ByteString serverFirst) {
            Optional<String> text = Utf8.strict(serverFirst);
            Optional<ServerFirst> message = text.flatMap(ServerFirst::parse);
            if (message.isEmpty()) {
                return new Failed("malformed server-first-message");
            }
            ServerFirst challenge = message.get();
            if (!challenge.nonce().startsWith(nonce) || challenge.nonce().length() == nonce.length()) {
                return new Failed("the server's nonce does not extend ours");
            }
            if (challenge.iterations() < 1 || challenge.iterations() > ScramVerifier.ITERATIONS_MAX) {
                return new Failed("the server asks for %d iterations".formatted(challenge.iterations()));
            }
            return answer(text.get(), challenge);
        }

        private ChallengeOutcome answer(String serverFirst, ServerFirst challenge) {
            ScramKeys keys = switch (secret) {
                case Secret.Keys(ScramKeys known) -> known;
                case Secret.Password(ByteString password) ->
                    ScramKeys.ofPassword(password, challenge.salt(), (int) challenge.iterations());
            };
            String withoutProof = "c=" + channel + ",r=" + challenge.nonce();
            byte[] authMessage = ScramExchange.authMessage(bare(), serverFirst, withoutProof);
            byte[] clientSignature = ScramExchange.signature(keys.storedKey(), authMessage);
            byte[] proof = ScramHash.xor(keys.clientKey().toArrayUnsafe(), clientSignature);
            byte[] serverSignature = ScramExchange.signature(keys.serverKey(), authMessage);
            return new Challenged(
                    new SaslResponse(ScramExchange.bytes(withoutProof + ",p=" + StrictBase64.encode(proof))),
                    new AwaitingSignature(ByteString.fromArrayUnsafe(serverSignature)));
        }

        private String bare() {
            return "n=,r=" + nonce;
        }
    }

    /** The proof is given: the compute is to sign. */
    public record AwaitingSignature(ByteString expected) {

        public SignatureOutcome hear(ByteString serverFinal) {
            String text = serverFinal.utf8String();
            if (Grammar.value('e', text).isPresent()) {
                return new Failed("the server refuses the proof");
            }
            Optional<byte[]> signature =
                    Grammar.value('v', Grammar.attributes(text).getFirst()).flatMap(StrictBase64::decode);
            if (signature.isEmpty()) {
                return new Failed("malformed server-final-message");
            }
            return MessageDigest.isEqual(signature.get(), expected.toArrayUnsafe())
                    ? new Verified()
                    : new Failed("the server's signature is not that of the role");
        }

        @Override
        public String toString() {
            return "AwaitingSignature[***]";
        }
    }
}
