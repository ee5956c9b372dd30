package dev.reveille.cancellation;

/**
 * Hears of this node's keys of 8 bytes, which other nodes must be told of; a sealed key speaks for itself. Called on the
 * threads of the sessions: it must return at once and not fail.
 */
public interface KeyListener {

    /** A session has got {@code key}: process id, then secret. */
    void issued(long key, CancelRecord record);

    /** Its session is over. */
    void forgotten(long key);
}
