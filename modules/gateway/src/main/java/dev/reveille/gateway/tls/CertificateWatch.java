package dev.reveille.gateway.tls;

import java.util.function.Supplier;

/**
 * Notices that files have changed and have stopped changing: a fingerprint that is new calls for patience, the same
 * one at the next look for a reload. What failed to load is tried again only when the files change once more, so that
 * a bad certificate costs one line in the log and not one for every look. Not thread-safe: one look at a time.
 */
final class CertificateWatch {

    private final Supplier<String> fingerprint;
    private final Runnable reload;
    private String loaded;
    private String seen;

    /** Begins with the fingerprint of what is loaded already. */
    CertificateWatch(String loaded, Supplier<String> fingerprint, Runnable reload) {
        this.fingerprint = fingerprint;
        this.reload = reload;
        this.loaded = loaded;
        this.seen = loaded;
    }

    void look() {
        String now = fingerprint.get();
        if (!now.equals(loaded) && now.equals(seen)) {
            loaded = now;
            reload.run();
        }
        seen = now;
    }
}
