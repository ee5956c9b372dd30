/**
 * A fleet of real nodes in front of one real PostgreSQL, and what befalls it: nodes that die, Redis that fails, networks
 * that are cut, floods. Every story is about cancel requests: each must hit the query it means, or nothing.
 */
package dev.reveille.journeys.cluster;
