/**
 * Proving who the client is: SCRAM as a dialogue of values, and clear-text passwords on threads of their own, remembered
 * for a while of those who show theirs with each request. What is compared with lives in {@code access}; nothing here knows
 * where computes are.
 */
package dev.reveille.session.authentication;
