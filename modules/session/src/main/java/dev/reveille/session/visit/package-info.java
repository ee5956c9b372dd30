/**
 * The actor that leads one client through the rooms of this module, and its parent.
 *
 * <p>{@link dev.reveille.session.visit.Session} is the actor; each stage of the visit is a class of its own: {@code
 * Receiving}, {@code Authenticating}, {@code Reaching}, {@code Relaying}, and {@code Cancelling} for those who only bring
 * a cancel request. {@link dev.reveille.session.visit.Sessions} is the parent of all sessions of one loop.
 */
package dev.reveille.session.visit;
