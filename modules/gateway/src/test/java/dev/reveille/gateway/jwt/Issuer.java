package dev.reveille.gateway.jwt;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
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

/** Somebody who signs tokens with the JDK's own arithmetic, with one key. */
record Issuer(String keyId, String algorithm, KeyPair keys) {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int ED25519_LENGTH = 32;

    static Issuer rsa(String keyId) {
        return rsa(keyId, 2_048);
    }

    static Issuer rsa(String keyId, int bits) {
        return attempt(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new Issuer(keyId, "RS256", generator.generateKeyPair());
        });
    }

    static Issuer ec(String keyId) {
        return ec(keyId, "secp256r1", "ES256");
    }

    static Issuer ec(String keyId, String curve, String algorithm) {
        return attempt(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new Issuer(keyId, algorithm, generator.generateKeyPair());
        });
    }

    static Issuer ed25519(String keyId) {
        return attempt(() -> new Issuer(
                keyId, "EdDSA", KeyPairGenerator.getInstance("Ed25519").generateKeyPair()));
    }

    /** A token with this payload and the header it should have. */
    String token(String payload) {
        return token("{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(algorithm, keyId), payload);
    }

    /** A token with this header and payload, signed. */
    String token(String header, String payload) {
        return signed(base64(header) + "." + base64(payload));
    }

    String signed(String signedPart) {
        return signedPart + "." + BASE64.encodeToString(signature(signedPart.getBytes(StandardCharsets.US_ASCII)));
    }

    byte[] signature(byte[] content) {
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
    String jwk() {
        return jwk("\"use\":\"sig\"");
    }

    /** The public key with further members, such as {@code "alg":"RS256"}. */
    String jwk(String further) {
        String plain = switch (keys.getPublic()) {
            case RSAPublicKey rsa ->
                new RSAKey.Builder(rsa).keyID(keyId).build().toJSONString();
            case ECPublicKey ec ->
                new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec)
                        .keyID(keyId)
                        .build()
                        .toJSONString();
            default ->
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%s\",\"x\":\"%s\"}".formatted(keyId, ed25519Point());
        };
        return plain.substring(0, plain.length() - 1) + "," + further + "}";
    }

    private String ed25519Point() {
        byte[] encoded = keys.getPublic().getEncoded();
        return BASE64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - ED25519_LENGTH, encoded.length));
    }

    static String keySet(Issuer... issuers) {
        return keySet(Stream.of(issuers).map(Issuer::jwk).toArray(String[]::new));
    }

    static String keySet(String... jwks) {
        return Arrays.stream(jwks).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    static String base64(String text) {
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
