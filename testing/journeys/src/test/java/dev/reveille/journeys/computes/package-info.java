/** Computes that {@code dev} runs itself: they wake, sleep, survive, stay apart, and are listed. */
package dev.reveille.journeys.computes;
