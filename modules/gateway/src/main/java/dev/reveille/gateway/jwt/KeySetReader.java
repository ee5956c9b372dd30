package dev.reveille.gateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.reveille.protocol.Utf8;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Reads a JWK set (RFC 7517 §5), key by key: a key that cannot be read, has no id or is not for signatures is passed over,
 * because issuers publish mixed sets (spec 01 §13.4).
 */
final class KeySetReader {

    private static final int RSA_BITS_MIN = 2_048;

    /** What larger keys cost to check with, nobody should be able to make us pay. */
    private static final int RSA_BITS_MAX = 8_192;

    private static final int RSA_EXPONENT_BITS_MAX = 64;
    private static final int ED25519_LENGTH = 32;

    /** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410 §4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private KeySetReader() {}

    /** The set that {@code body} is. Fails with {@link KeySetProblem} where it is none; may be without keys. */
    static KeySet read(ByteString body) {
        Map<String, List<VerificationKey>> keys = new HashMap<>();
        for (Object member : members(body)) {
            if (member instanceof Map<?, ?> map) {
                Map<String, Object> fields = new HashMap<>();
                map.forEach((name, value) -> fields.put(String.valueOf(name), value));
                jwk(fields)
                        .filter(KeySetReader::isForSignatures)
                        .ifPresent(jwk -> key(jwk).ifPresent(
                                        key -> keys.computeIfAbsent(jwk.getKeyID(), _ -> new ArrayList<>())
                                                .add(key)));
            }
        }
        return new KeySet(keys);
    }

    private static List<?> members(ByteString body) {
        try {
            String text = Utf8.strict(body).orElseThrow(() -> KeySetProblem.lasting("the key set is not UTF-8"));
            if (JSONObjectUtils.parse(text).get("keys") instanceof List<?> members) {
                return members;
            }
        } catch (ParseException notJson) {
            throw KeySetProblem.lasting("the key set is not JSON");
        }
        throw KeySetProblem.lasting("the key set has no list of keys");
    }

    private static Optional<JWK> jwk(Map<String, Object> fields) {
        try {
            return Optional.of(JWK.parse(fields));
        } catch (ParseException | RuntimeException unreadable) { // Such as a key whose numbers do not fit together.
            return Optional.empty();
        }
    }

    private static boolean isForSignatures(JWK jwk) {
        return jwk.getKeyID() != null && (jwk.getKeyUse() == null || KeyUse.SIGNATURE.equals(jwk.getKeyUse()));
    }

    private static Optional<VerificationKey> key(JWK jwk) {
        try {
            return Optional.of(
                    switch (jwk) {
                        case RSAKey rsa -> rsa(rsa);
                        case ECKey ec
                        when Curve.P_256.equals(ec.getCurve()) -> usable(ec, TokenAlgorithm.ES256, ec.toECPublicKey());
                        case ECKey ec -> new VerificationKey.Unusable(Refusal.curve(curveName(ec.getCurve())));
                        case OctetKeyPair okp
                        when Curve.Ed25519.equals(okp.getCurve()) -> usable(okp, TokenAlgorithm.EDDSA, ed25519(okp));
                        default -> new VerificationKey.Unusable(Refusal.keyType(typeName(jwk)));
                    });
        } catch (JOSEException | GeneralSecurityException | RuntimeException unusable) {
            return Optional.empty();
        }
    }

    private static VerificationKey rsa(RSAKey rsa) throws JOSEException {
        RSAPublicKey key = rsa.toRSAPublicKey();
        int bits = key.getModulus().bitLength();
        BigInteger exponent = key.getPublicExponent();
        if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
            return new VerificationKey.Unusable(Refusal.keyType("RSA of %d bits".formatted(bits)));
        }
        if (!exponent.testBit(0) || exponent.bitLength() < 2 || exponent.bitLength() > RSA_EXPONENT_BITS_MAX) {
            return new VerificationKey.Unusable(Refusal.keyType("RSA with an odd exponent"));
        }
        return usable(rsa, TokenAlgorithm.RS256, key);
    }

    private static PublicKey ed25519(OctetKeyPair okp) throws GeneralSecurityException {
        byte[] point = StrictBase64Url.decode(okp.getX().toString()).orElseThrow();
        if (point.length != ED25519_LENGTH) {
            throw new GeneralSecurityException("an Ed25519 key has 32 bytes");
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.writeBytes(ED25519_PREFIX);
        encoded.writeBytes(point);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
    }

    /** The key, unless its own {@code alg} says that it is for something else. */
    private static VerificationKey usable(JWK jwk, TokenAlgorithm algorithm, PublicKey key) {
        boolean fits = jwk.getAlgorithm() == null
                || algorithm.isNamed(jwk.getAlgorithm().getName());
        return fits ? new VerificationKey.Usable(algorithm, key) : new VerificationKey.Unusable(Refusal.ALGORITHM);
    }

    private static String curveName(Curve curve) {
        return List.of(Curve.P_384, Curve.P_521).contains(curve)
                ? curve.getName().replace("-", "")
                : "of another curve";
    }

    private static String typeName(JWK jwk) {
        KeyType type = jwk.getKeyType();
        return List.of(KeyType.OCT, KeyType.OKP).contains(type) ? type.getValue() : "of another kind";
    }
}
