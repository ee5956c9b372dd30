/** SIGTERM: who may finish, who is sent away, in which words, and what is left of the node. */
package dev.reveille.journeys.leaving;
