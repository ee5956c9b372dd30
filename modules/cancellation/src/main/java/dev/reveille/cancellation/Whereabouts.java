package dev.reveille.cancellation;

import dev.reveille.cancellation.sealing.SealedName;

/** Whose a shown key is, as far as one node can tell by itself. */
public sealed interface Whereabouts {

    /** A session here has it. */
    record Here(CancelHolder holder) implements Whereabouts {}

    /** A sealed key of another node, genuine: that one knows whether the session still lives. */
    record Elsewhere(SealedName name) implements Whereabouts {}

    /** 8 bytes, process id first, that no session here has: perhaps one of another node. */
    record Unnamed(long key) implements Whereabouts {
        @Override
        public String toString() {
            return "Unnamed[***]";
        }
    }

    /** Nobody's: forged, or its session is over. */
    record Nowhere() implements Whereabouts {}
}
