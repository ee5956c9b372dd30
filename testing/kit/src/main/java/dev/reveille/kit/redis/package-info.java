/**
 * A real Redis for tests: its own processes on loopback, to be killed, paused and restarted as outages do, and a few
 * words of its protocol to look at what is inside.
 */
package dev.reveille.kit.redis;
