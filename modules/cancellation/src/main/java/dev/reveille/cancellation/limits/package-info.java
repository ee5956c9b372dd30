/**
 * How many cancel requests one network may send: {@link dev.reveille.cancellation.limits.CancelLimiter}. Comes before
 * everything else, because a request costs look-ups and a question to the control plane. Knows no key and no session.
 */
package dev.reveille.cancellation.limits;
