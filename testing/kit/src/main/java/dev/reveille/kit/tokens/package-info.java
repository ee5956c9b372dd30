/**
 * Issuers of tokens for tests: they sign with keys of their own and publish those on a web server, which may serve badly.
 */
package dev.reveille.kit.tokens;
