package dev.reveille.gateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** Whether a signature is that of a key. Takes up to some hundred microseconds: away from the loops. */
final class SignatureCheck {

    private static final JWSHeader RS256 = new JWSHeader(JWSAlgorithm.RS256);
    private static final JWSHeader ES256 = new JWSHeader(JWSAlgorithm.ES256);
    private static final int ECDSA_LENGTH = 64;

    private SignatureCheck() {}

    /** The algorithm is the key's: that of the token was compared with it before. */
    static boolean isSigned(SignedToken token, VerificationKey.Usable key) {
        try {
            return switch (key.algorithm()) {
                case RS256 ->
                    new RSASSAVerifier((RSAPublicKey) key.key())
                            .verify(RS256, token.signedBytes(), new Base64URL(token.signature()));
                case ES256 ->
                    StrictBase64Url.decode(token.signature()).orElseThrow().length == ECDSA_LENGTH
                            && new ECDSAVerifier((ECPublicKey) key.key())
                                    .verify(ES256, token.signedBytes(), new Base64URL(token.signature()));
                case EDDSA -> ed25519(token, key.key());
            };
        } catch (JOSEException | GeneralSecurityException | RuntimeException malformed) {
            return false; // In doubt, it is no signature.
        }
    }

    private static boolean ed25519(SignedToken token, PublicKey key) throws GeneralSecurityException {
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(key);
        check.update(token.signedBytes());
        return check.verify(StrictBase64Url.decode(token.signature()).orElseThrow());
    }
}
