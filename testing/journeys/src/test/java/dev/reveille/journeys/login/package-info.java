/** Coming in: TLS modes, ways to name an endpoint, proofs of identity, start-up parameters, versions of the protocol. */
package dev.reveille.journeys.login;
