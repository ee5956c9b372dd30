package dev.reveille.gateway.tls;

import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All certificates of one moment, and the rule that chooses among them. Immutable; any thread may look.
 *
 * <p>By server name: the exact name, then the wildcard of its parent, then the nearest name above it (so that
 * {@code *.example.com} still answers for {@code a.b.example.com}, which serves clients that encrypt without checking
 * names), then the default certificate. Among several for one name: the first whose kind of key the client accepts,
 * ECDSA before RSA, the one that expires last before its elders.
 */
public final class Certificates {

    private final List<ServedCertificate> all;
    private final Map<ServerName, List<ServedCertificate>> exact = new HashMap<>();
    private final Map<ServerName, List<ServedCertificate>> wildcards = new HashMap<>();
    private final List<ServedCertificate> fallback;

    private Certificates(List<ServedCertificate> all, Map<String, Set<CertificatePair.Name>> names) {
        this.all = List.copyOf(all);
        List<ServedCertificate> preferred = new ArrayList<>(all);
        preferred.sort(Comparator.comparingInt(ServedCertificate::rank)
                .thenComparing(ServedCertificate::notAfter, Comparator.reverseOrder()));
        for (ServedCertificate certificate : preferred) {
            for (CertificatePair.Name name : names.get(certificate.label())) {
                (name.wildcard() ? wildcards : exact)
                        .computeIfAbsent(name.base(), _ -> new ArrayList<>())
                        .add(certificate);
            }
        }
        this.fallback = fallback(preferred, names);
    }

    /** Prepares a context for each pair; the first pair is the default. */
    static Certificates prepare(List<CertificatePair> pairs, ServerContexts contexts) throws CertificateProblem {
        Map<String, Set<CertificatePair.Name>> names = new HashMap<>();
        Set<String> domains = new TreeSet<>();
        for (CertificatePair pair : pairs) {
            names.put(pair.label(), pair.names());
            pair.names().forEach(name -> domains.add(name.base().value()));
        }
        Set<String> shared = Set.copyOf(domains);
        List<ServedCertificate> all = new ArrayList<>();
        try {
            for (CertificatePair pair : pairs) {
                all.add(new ServedCertificate(
                        pair.label(), pair.leaf(), shared, EndPointDigest.of(pair.leaf()), contexts.create(pair)));
            }
        } catch (CertificateProblem problem) {
            all.forEach(certificate -> ReferenceCountUtil.release(certificate.context()));
            throw problem;
        }
        return new Certificates(all, names);
    }

    /** Every certificate, the default first. */
    public List<ServedCertificate> all() {
        return all;
    }

    /** The certificate for a client that said this. */
    public ServedCertificate choose(ClientHello hello) {
        List<ServedCertificate> candidates =
                hello.serverName().flatMap(this::named).orElse(fallback);
        return candidates.stream()
                .filter(certificate -> certificate.suits(hello))
                .findFirst()
                .orElse(candidates.getLast()); // The engine finds the words for the refusal.
    }

    private Optional<List<ServedCertificate>> named(ServerName asked) {
        if (exact.containsKey(asked)) {
            return Optional.of(exact.get(asked));
        }
        for (Optional<ServerName> above = asked.parent();
                above.isPresent();
                above = above.get().parent()) {
            List<ServedCertificate> found = wildcards.getOrDefault(above.get(), exact.get(above.get()));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.ofNullable(wildcards.get(asked));
    }

    /** The default certificate, and those of another kind of key that share a name with it. */
    private List<ServedCertificate> fallback(
            List<ServedCertificate> preferred, Map<String, Set<CertificatePair.Name>> names) {
        ServedCertificate first = all.getFirst();
        return preferred.stream()
                .filter(certificate -> certificate.equals(first)
                        || certificate.rank() != first.rank()
                                && !Collections.disjoint(names.get(certificate.label()), names.get(first.label())))
                .toList();
    }

    /** Gives up this snapshot's hold on its contexts; engines that were made from them go on. */
    void release() {
        all.forEach(certificate -> ReferenceCountUtil.release(certificate.context()));
    }
}
