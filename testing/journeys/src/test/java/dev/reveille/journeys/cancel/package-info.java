/** Interrupting a query: by its key, by hanging up, and by a key that is not the right one. */
package dev.reveille.journeys.cancel;
