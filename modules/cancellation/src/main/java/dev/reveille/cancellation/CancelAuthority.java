package dev.reveille.cancellation;

import java.util.concurrent.CompletionStage;

/**
 * Knows who may cancel: the access rules of a login hold for a cancel request, as they are now and for the address it
 * comes from (spec 02 §12.6). A role that the session module plays. Any thread; returns at once.
 */
@FunctionalInterface
public interface CancelAuthority {

    /** Whether {@code origin} may cancel the session of {@code record}; fails where nobody can tell. */
    CompletionStage<Boolean> allows(CancelRecord record, CancelOrigin origin);
}
