package dev.reveille.gateway.jwt;

import java.security.PublicKey;

/** One key of a set. */
sealed interface VerificationKey {

    /** A key that signatures of one algorithm are checked with. */
    record Usable(TokenAlgorithm algorithm, PublicKey key) implements VerificationKey {}

    /** A key that is there, but nothing it signed is believed. */
    record Unusable(Refusal refusal) implements VerificationKey {}
}
