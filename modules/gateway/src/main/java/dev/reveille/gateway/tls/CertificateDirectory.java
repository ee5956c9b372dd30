package dev.reveille.gateway.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory of certificates in the layouts that operators have: a sub-directory for each with {@code tls.crt} and
 * {@code tls.key} (a mounted Kubernetes TLS secret), and flat pairs {@code NAME.crt}, {@code .pem} or {@code .cert}
 * with {@code NAME.key}. Symbolic links are followed; entries whose names begin with a dot are not looked at, which
 * skips the {@code ..data} directories behind a Kubernetes mount. Half a pair is skipped too. Blocks.
 */
record CertificateDirectory(Path path) {

    /** The pair that answers where no name matches. */
    private static final String DEFAULT = "default";

    /** At the root, {@code tls.crt} with {@code tls.key} is the default pair if there is no other. */
    private static final String TLS = "tls";

    private static final List<String> CERTIFICATE_SUFFIXES = List.of(".crt", ".pem", ".cert");
    private static final String KEY_SUFFIX = ".key";

    private record PairFiles(String name, Path certificate, Path key) {

        int rank(Path root) {
            return name.equals(DEFAULT)
                    ? 0
                    : name.equals(TLS) && key.getParent().equals(root) ? 1 : 2;
        }
    }

    /** All pairs in order of their names, except that the default pair comes first. */
    List<CertificatePair> read() throws CertificateProblem {
        List<CertificatePair> pairs = new ArrayList<>();
        for (PairFiles files : files()) {
            pairs.add(CertificatePair.read(
                    path.relativize(files.certificate()).toString(), files.certificate(), files.key()));
        }
        if (pairs.isEmpty()) {
            throw new CertificateProblem(
                    path + ": holds no certificate (NAME.crt with NAME.key, or NAME/tls.crt with" + " NAME/tls.key)");
        }
        return pairs;
    }

    /** A text that changes when any file of a pair is written or replaced; empty where the directory is unreadable. */
    String fingerprint() {
        StringBuilder fingerprint = new StringBuilder();
        try {
            for (PairFiles files : files()) {
                for (Path file : List.of(files.certificate(), files.key())) {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    fingerprint
                            .append(file.toRealPath())
                            .append(' ')
                            .append(attributes.fileKey())
                            .append(' ')
                            .append(attributes.size())
                            .append(' ')
                            .append(attributes.lastModifiedTime())
                            .append('\n');
                }
            }
        } catch (IOException | CertificateProblem _) {
            return ""; // In the middle of a change; the next look will tell.
        }
        return fingerprint.toString();
    }

    private List<PairFiles> files() throws CertificateProblem {
        TreeMap<String, PairFiles> found = new TreeMap<>();
        try (Stream<Path> entries = Files.list(path)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".")) {
                    continue;
                }
                if (Files.isDirectory(entry)) {
                    pair(name, entry.resolve("tls.crt"), entry.resolve("tls.key"))
                            .ifPresent(pair -> found.put(name + "/", pair));
                } else if (name.endsWith(KEY_SUFFIX)) {
                    String stem = name.substring(0, name.length() - KEY_SUFFIX.length());
                    CERTIFICATE_SUFFIXES.stream()
                            .flatMap(suffix -> pair(stem, path.resolve(stem + suffix), entry).stream())
                            .findFirst()
                            .ifPresent(pair -> found.put(name, pair));
                }
            }
        } catch (IOException unreadable) {
            throw new CertificateProblem(path + ": the directory cannot be read", unreadable);
        }
        return found.values().stream()
                .sorted(Comparator.comparingInt(pair -> pair.rank(path))) // Stable: the rest stays in name order.
                .toList();
    }

    private static Optional<PairFiles> pair(String name, Path certificate, Path key) {
        return Files.isRegularFile(certificate) && Files.isRegularFile(key)
                ? Optional.of(new PairFiles(name, certificate, key))
                : Optional.empty();
    }
}
