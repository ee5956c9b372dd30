package dev.reveille.cancellation.store;

import dev.reveille.cancellation.CancelRecord;

/** What a key store answered to one command. */
public sealed interface StoreReply {

    /** Done as asked. */
    record Done() implements StoreReply {}

    /** There is nothing under this key: not an error. */
    record Missing() implements StoreReply {}

    /** This is kept under the key. */
    record Found(CancelRecord record) implements StoreReply {}

    /**
     * It could not be done, or what is there cannot be read.
     *
     * @param reason for the log; holds no secret
     * @param linkFailed whether the whole link is to blame, so that the same command may succeed later
     */
    record Failed(String reason, boolean linkFailed) implements StoreReply {}
}
