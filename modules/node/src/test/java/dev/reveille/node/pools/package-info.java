/** Pools of compute connections on real PostgreSQL servers and real sockets, without a door in front of them. */
package dev.reveille.node.pools;
