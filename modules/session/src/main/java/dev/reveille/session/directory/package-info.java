/**
 * What a node remembers of the control plane's answers about access. Where computes are is remembered in {@code compute},
 * by those who wake them.
 */
package dev.reveille.session.directory;
