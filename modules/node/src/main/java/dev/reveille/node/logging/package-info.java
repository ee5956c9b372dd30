/**
 * Where a node's log events go: {@code logback.xml} names what is here, and nothing else does.
 */
package dev.reveille.node.logging;
