/**
 * Transactions that stay open between requests, whichever node the next request reaches.
 *
 * <p>{@link dev.reveille.node.transactions.RoutedTransactions} is the way in. A transaction lives on the node that began it,
 * its owner; its name says which one that is. Another node is a <em>guest</em> there: it knocks, sends its wish (a statement,
 * or the end) in pieces, and is sent what comes of it in pieces; the owner's <em>host</em> for it does the work on the desk
 * of its own node. What they say to one another is {@link dev.reveille.node.transactions.Letter}; how pieces are counted is in
 * {@code PieceSender} and {@code PieceReceiver}. Only members of the cluster are ever spoken to. Nothing here knows HTTP.
 */
package dev.reveille.node.transactions;
