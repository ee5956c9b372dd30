package dev.reveille.session;

import java.util.UUID;

/** Names one session in logs, errors and towards the control plane (there as {@code x-request-id}). Not a secret. */
public record SessionId(UUID value) {

    /** A fresh id; may be called on any thread. */
    public static SessionId random() {
        return new SessionId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
