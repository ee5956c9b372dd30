/** Clients that put {@code -pooler} behind the endpoint's name: they share connections, and must not notice. */
package dev.reveille.journeys.pooling;
