/**
 * Proving who the client is: SCRAM as a dialogue of values, and clear-text passwords on threads of their own. What is
 * compared with lives in {@code access}; nothing here knows where computes are.
 */
package dev.reveille.session.authentication;
