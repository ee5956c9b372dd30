/** Transactions across nodes: real cluster systems in this process, on desks that do as they are told. */
package dev.reveille.node.transactions;
