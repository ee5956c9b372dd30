package dev.reveille.gateway.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate chain and the private key that was proved to belong to its first certificate.
 *
 * @param label the pair's name in the directory, for logs
 */
record CertificatePair(String label, List<X509Certificate> chain, PrivateKey key) {

    /** A name that a certificate answers for: {@code base} itself, or any one label below it. */
    record Name(ServerName base, boolean wildcard) {

        static Optional<Name> parse(String text) {
            boolean wildcard = text.startsWith("*.");
            return ServerName.parse(wildcard ? text.substring(2) : text).map(base -> new Name(base, wildcard));
        }
    }

    private static final int SAN_DNS_NAME = 2; // RFC 5280, 4.2.1.6

    /** Reads and checks both files; blocks. */
    static CertificatePair read(String label, Path certificate, Path key) throws CertificateProblem {
        CertificatePair pair = new CertificatePair(label, Pem.certificates(certificate), Pem.privateKey(key));
        if (!pair.keyMatches()) {
            throw new CertificateProblem(
                    "%s: is not the key of the first certificate in %s".formatted(key, certificate));
        }
        return pair;
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The DNS names of the subject alternative names, and the subject's common name where it is a host name. */
    Set<Name> names() throws CertificateProblem {
        Set<Name> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = leaf().getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (alternative.get(0).equals(SAN_DNS_NAME)) {
                    Name.parse((String) alternative.get(1)).ifPresent(names::add);
                }
            }
            for (Rdn part : new LdapName(leaf().getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String commonName) {
                    Name.parse(commonName).ifPresent(names::add);
                }
            }
        } catch (CertificateParsingException | InvalidNameException unreadable) {
            throw new CertificateProblem(label + ": the certificate's names cannot be read", unreadable);
        }
        return names;
    }

    private boolean keyMatches() throws CertificateProblem {
        byte[] probe = "Reveille".getBytes(StandardCharsets.US_ASCII);
        PublicKey shown = leaf().getPublicKey();
        if (!shown.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException unusable) {
            throw new CertificateProblem(label + ": the private key cannot sign", unusable);
        }
    }

    @Override
    public String toString() {
        return "CertificatePair[%s, %s, ***]".formatted(label, leaf().getSubjectX500Principal());
    }
}
