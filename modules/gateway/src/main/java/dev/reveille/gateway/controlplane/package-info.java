/**
 * Players of the role {@link dev.reveille.session.compute.ControlPlane} that the gateway keeps: who may come in, and
 * where computes run.
 *
 * <p>{@link dev.reveille.gateway.controlplane.FixedControlPlane} knows a list that the operator wrote. Nothing in here
 * reads a configuration file or starts a compute.
 */
package dev.reveille.gateway.controlplane;
