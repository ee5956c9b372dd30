package dev.reveille.node.hostile;

/** How long the tests go on that could go on for ever. */
final class Soak {

    /** {@code mvn verify -Dreveille.soak.rounds=100} repeats them a hundred times; each round has seeds of its own. */
    static final int ROUNDS = Integer.getInteger("reveille.soak.rounds", 1);

    private Soak() {}
}
