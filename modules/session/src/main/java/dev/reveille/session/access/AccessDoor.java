package dev.reveille.session.access;

import java.util.Optional;

/** Through which kind of door a client came; decides which of the checks apply (spec 01 §9.2). */
public sealed interface AccessDoor {

    /** The door to everybody: addresses are checked, private links are of no importance. */
    record Public() implements AccessDoor {}

    /**
     * The door at the end of private links: the link is checked, addresses are of no importance.
     *
     * @param link the id from the PROXY header: an AWS endpoint id, or an Azure link id in decimal
     */
    record Private(Optional<String> link) implements AccessDoor {}
}
