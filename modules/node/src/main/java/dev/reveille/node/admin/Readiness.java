package dev.reveille.node.admin;

import java.util.List;

/**
 * What a node says about itself when a probe asks: a role that whoever runs the node plays. Each answer is a list of
 * checks, and holds when all of them do.
 *
 * <p>Called on the threads of the HTTP server for each probe: players look at what they already know and return at once.
 */
public interface Readiness {

    /** Whether all doors are open and what the node cannot do without has answered once. */
    List<Check> startup();

    /** Whether the node still works at all; where not, it must be started again. Not a matter of its neighbours. */
    List<Check> alive();

    /** Whether new clients should be sent here. */
    List<Check> ready();

    /** How things are, for people and their tools; no probe's business. */
    NodeStatus status();

    /**
     * One thing that was looked at.
     *
     * @param name stable, for machines, such as {@code postgres-door}
     * @param detail for people; may be empty
     */
    record Check(String name, boolean passed, String detail) {

        public static Check passed(String name) {
            return new Check(name, true, "");
        }

        public static Check failed(String name, String detail) {
            return new Check(name, false, detail);
        }
    }
}
