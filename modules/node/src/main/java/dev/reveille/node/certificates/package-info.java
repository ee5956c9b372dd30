/** Certificates that a node makes for itself, where nobody gave it one. Serving them is the gateway's work. */
package dev.reveille.node.certificates;
