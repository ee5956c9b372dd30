/**
 * The right query, or none: what a session does about cancel requests. {@link
 * dev.reveille.session.interruption.PendingCancels} hears them on any thread, {@link
 * dev.reveille.session.interruption.QueryCancels} decides and carries out, and asks a {@link
 * dev.reveille.session.interruption.RunningQuery}, which the relay's wire is for a client with a connection of its own.
 * Knows no wire and no actor.
 */
package dev.reveille.session.interruption;
