/**
 * The front step of the house: {@link dev.reveille.node.Main} introduces the pieces to one another and hands over to the
 * commands.
 *
 * <p>{@code commands} is the command line, {@code settings} what an operator may decide, {@code admin} the probes,
 * {@code embedded} the control plane of {@code ./reveille dev}. Only this package knows them all; they do not know it.
 */
package dev.reveille.node;
