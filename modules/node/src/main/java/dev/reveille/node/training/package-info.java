/**
 * Work for a node that the JVM watches while it fills its ahead-of-time cache: logins, TLS and queries, with a compute and
 * clients made for nothing else, all in one process. What is loaded and used here is ready at once when a real node
 * starts. Start reading with {@link dev.reveille.node.training.Training}.
 */
package dev.reveille.node.training;
