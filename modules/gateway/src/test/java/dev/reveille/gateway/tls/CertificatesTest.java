package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CertificatesTest {

    private static final TestCertificates AUTHORITY = TestCertificates.authority();

    private final List<CertificatePair> pairs = new ArrayList<>();
    private Certificates certificates;

    @AfterEach
    void release() {
        certificates.release();
    }

    @Test
    void anExactNameBeatsAWildcard() throws Exception {
        given("fallback", Key.EC, "else.test");
        given("wildcard", Key.EC, "*.example.com");
        given("exact", Key.EC, "blue.example.com");

        assertThat(chosen(Hellos.modern("blue.example.com"))).isEqualTo("exact");
        assertThat(chosen(Hellos.modern("red.example.com"))).isEqualTo("wildcard");
    }

    @Test
    void aWildcardAnswersForDeeperNamesWhenNothingIsNearer() throws Exception {
        given("fallback", Key.EC, "else.test");
        given("far", Key.EC, "*.example.com");
        given("near", Key.EC, "*.eu.example.com");

        assertThat(chosen(Hellos.modern("a.b.example.com"))).isEqualTo("far");
        assertThat(chosen(Hellos.modern("a.b.eu.example.com"))).isEqualTo("near");
        assertThat(chosen(Hellos.modern("example.com"))).isEqualTo("far");
    }

    @Test
    void foreignNamesAndNoNameGetTheDefault() throws Exception {
        given("fallback", Key.EC, "else.test");
        given("example", Key.EC, "*.example.com");

        assertThat(chosen(Hellos.modern("db.customer.org"))).isEqualTo("fallback");
        assertThat(chosen(Hellos.nameless())).isEqualTo("fallback");
    }

    @Test
    void aClientThatKnowsOnlyRsaGetsRsa() throws Exception {
        given("rsa", Key.RSA, "*.example.com");
        given("ecdsa", Key.EC, "*.example.com");

        assertThat(chosen(Hellos.modern("blue.example.com"))).isEqualTo("ecdsa");
        assertThat(chosen(Hellos.knowing("blue.example.com", Hellos.RSA_PSS))).isEqualTo("rsa");
        assertThat(chosen(Hellos.nameless())).isEqualTo("ecdsa");
    }

    @Test
    void anOldClientGetsTheKindThatItsCipherSuitesCanUse() throws Exception {
        given("rsa", Key.RSA, "*.example.com");
        given("ecdsa", Key.EC, "*.example.com");

        assertThat(chosen(Hellos.old("blue.example.com", Hellos.ECDHE_ECDSA_AES_128)))
                .isEqualTo("ecdsa");
        assertThat(chosen(Hellos.old("blue.example.com", Hellos.ECDHE_RSA_AES_128)))
                .isEqualTo("rsa");
    }

    @Test
    void aCurveThatTheClientCannotCheckIsNotServedToIt() throws Exception {
        given("rsa", Key.RSA, "*.example.com");
        given("p384", Key.EC_P384, "*.example.com");

        assertThat(chosen(Hellos.knowing("blue.example.com", Hellos.ECDSA_P256, Hellos.RSA_PSS)))
                .isEqualTo("rsa");
        assertThat(chosen(Hellos.knowing("blue.example.com", 0x0503, Hellos.RSA_PSS)))
                .isEqualTo("p384");
    }

    @Test
    void ofTwoForOneNameTheOneThatLastsLongerIsServed() throws Exception {
        given("a-short", AUTHORITY.issue(Key.EC, Instant.now().plus(Duration.ofDays(1)), "*.example.com"));
        given("b-long", AUTHORITY.issue(Key.EC, Instant.now().plus(Duration.ofDays(90)), "*.example.com"));

        assertThat(chosen(Hellos.modern("blue.example.com"))).isEqualTo("b-long");
    }

    @Test
    void theDomainsAreAllNamesOfAllCertificatesAndSharedByAll() throws Exception {
        given("one", Key.EC, "*.Example.com", "db.example.org");
        given("two", AUTHORITY.issueForSubject(Key.EC, "O=Example, CN=*.example.net, C=DE"));
        given("three", AUTHORITY.issueForSubject(Key.EC, "CN=Just some words"));
        chosen(Hellos.nameless());

        assertThat(certificates.all().getFirst().domains())
                .containsExactlyInAnyOrder("example.com", "db.example.org", "example.net")
                .isSameAs(certificates.all().getLast().domains());
    }

    private void given(String label, Key key, String... names) {
        given(label, AUTHORITY.issue(key, names));
    }

    private void given(String label, TestCertificate certificate) {
        pairs.add(new CertificatePair(label, certificate.chain(), certificate.key()));
    }

    private String chosen(ClientHello hello) throws CertificateProblem {
        if (certificates == null) {
            certificates = Certificates.prepare(pairs, new ServerContexts(TlsProvider.AUTO, List.of("postgresql")));
        }
        return certificates.choose(hello).label();
    }
}
