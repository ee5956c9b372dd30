/**
 * {@code serve} with a file: endpoints that somebody else runs, TLS towards them, who may come from where, limits, and
 * certificates that change. The computes are endpoints of the shared development node, gone to directly.
 */
package dev.reveille.journeys.serve;
