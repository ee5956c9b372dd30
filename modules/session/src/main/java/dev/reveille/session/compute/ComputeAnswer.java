package dev.reveille.session.compute;

/** Where a compute is, or why nobody can say. */
public sealed interface ComputeAnswer {

    /**
     * Here.
     *
     * @param woken whether those who asked waited for a wake
     */
    record Found(KnownCompute known, boolean woken) implements ComputeAnswer {}

    /** The control plane would not or could not say. */
    record Unavailable(ControlPlaneFailure failure) implements ComputeAnswer {}
}
