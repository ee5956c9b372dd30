/**
 * Programs that measure the key store's queue and the registered keys against a real Redis, for {@code
 * testing/bench/cancel}. They are not tests: each prints figures, one line for each, fields divided by tabs.
 */
package dev.reveille.gateway.bench;
