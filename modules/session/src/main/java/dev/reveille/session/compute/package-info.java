/**
 * Finding, waking and reaching the compute.
 *
 * <p>The roles {@link dev.reveille.session.compute.ControlPlane}, {@link dev.reveille.session.compute.ComputeDialer} and
 * {@link dev.reveille.session.compute.ComputeUsage} are played outside this module; the {@code Endpoint} actor in here
 * makes sure that one wake serves everybody who waits for the same compute. Nothing here knows what is said on the
 * connection once it is open.
 */
package dev.reveille.session.compute;
