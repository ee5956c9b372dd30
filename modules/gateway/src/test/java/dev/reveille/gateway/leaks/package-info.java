/** Watches in all tests of this module that no buffer outside of the heap is lost. */
package dev.reveille.gateway.leaks;
