/**
 * Bad input, hostile peers and chaos, against a whole node over real sockets: what each gets, how soon, what the log
 * says of it, and that nobody else notices. {@code Premises} is the house that all stories play in.
 */
package dev.reveille.node.hostile;
