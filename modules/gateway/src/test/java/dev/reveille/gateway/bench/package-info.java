/**
 * Programs for the scripts of {@code testing/bench}: for {@code cancel} those that measure the key store's queue and the
 * registered keys against a real Redis, for {@code web} the doors that Reveille's is compared with, and pgjdbc alone. They
 * are not tests: each serves until it is ended, or prints figures, one line for each, fields divided by tabs.
 */
package dev.reveille.gateway.bench;
