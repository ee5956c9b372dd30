package dev.reveille.kit.tokens;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Somebody who signs tokens with the JDK's own arithmetic, with one key.
 *
 * @param keyId the {@code kid} of tokens and of the published key
 * @param algorithm the {@code alg} of tokens
 */
public record Issuer(String keyId, String algorithm, KeyPair keys) {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int ED25519_LENGTH = 32;

    /** RS256, 2,048 bits. */
    public static Issuer rsa(String keyId) {
        return rsa(keyId, 2_048);
    }

    /** RS256 with a key of so many bits. */
    public static Issuer rsa(String keyId, int bits) {
        return attempt(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new Issuer(keyId, "RS256", generator.generateKeyPair());
        });
    }

    /** ES256. */
    public static Issuer ec(String keyId) {
        return ec(keyId, "secp256r1", "ES256");
    }

    /** Another curve, as the JDK names it, and its algorithm. */
    public static Issuer ec(String keyId, String curve, String algorithm) {
        return attempt(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new Issuer(keyId, algorithm, generator.generateKeyPair());
        });
    }

    /** EdDSA. */
    public static Issuer ed25519(String keyId) {
        return attempt(() -> new Issuer(
                keyId, "EdDSA", KeyPairGenerator.getInstance("Ed25519").generateKeyPair()));
    }

    /** A token with this payload and the header it should have. */
    public String token(String payload) {
        return token("{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(algorithm, keyId), payload);
    }

    /** A token with this header and payload, signed. */
    public String token(String header, String payload) {
        return signed(base64(header) + "." + base64(payload));
    }

    /** What has to be signed, header and payload in base64url, with its signature behind. */
    public String signed(String signedPart) {
        return signedPart + "." + BASE64.encodeToString(signature(signedPart.getBytes(StandardCharsets.US_ASCII)));
    }

    /** As it stands in tokens, not yet in base64url. */
    public byte[] signature(byte[] content) {
        return attempt(() -> {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "SHA256withRSA";
                        case "ES256" -> "SHA256withECDSAinP1363Format";
                        case "ES384" -> "SHA384withECDSAinP1363Format";
                        default -> "Ed25519";
                    });
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return signature.sign();
        });
    }

    /** The public key as it is published. */
    public String jwk() {
        return jwk("\"use\":\"sig\"");
    }

    /** The public key with further members, such as {@code "alg":"RS256"}. */
    public String jwk(String further) {
        String numbers = switch (keys.getPublic()) {
            case RSAPublicKey rsa ->
                "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
                        .formatted(
                                number(rsa.getModulus(), length(rsa.getModulus())),
                                number(rsa.getPublicExponent(), length(rsa.getPublicExponent())));
            case ECPublicKey ec -> {
                int length = length(ec.getParams().getOrder());
                yield "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\""
                        .formatted(
                                ec.getParams().getOrder().bitLength(),
                                number(ec.getW().getAffineX(), length),
                                number(ec.getW().getAffineY(), length));
            }
            default -> "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"".formatted(ed25519Point());
        };
        return "{%s,\"kid\":\"%s\",%s}".formatted(numbers, keyId, further);
    }

    private static int length(BigInteger number) {
        return (number.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Its bytes, most significant first, with as many zeros in front as are needed (RFC 7518, 2 and 6.2.1.2). */
    private static String number(BigInteger number, int length) {
        byte[] padded = new byte[length];
        byte[] bytes = number.toByteArray(); // May have a zero in front, for the sign.
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, padded, length - copied, copied);
        return BASE64.encodeToString(padded);
    }

    private String ed25519Point() {
        byte[] encoded = keys.getPublic().getEncoded();
        return BASE64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - ED25519_LENGTH, encoded.length));
    }

    /** A JWK set with their public keys. */
    public static String keySet(Issuer... issuers) {
        return keySet(Stream.of(issuers).map(Issuer::jwk).toArray(String[]::new));
    }

    /** A JWK set of these keys. */
    public static String keySet(String... jwks) {
        return Arrays.stream(jwks).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    /** Base64url without padding. */
    public static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private interface Arithmetic<T> {
        T work() throws GeneralSecurityException;
    }

    private static <T> T attempt(Arithmetic<T> arithmetic) {
        try {
            return arithmetic.work();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
