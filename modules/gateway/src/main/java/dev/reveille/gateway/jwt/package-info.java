/**
 * Clients that come with a token instead of a password: JSON Web Tokens (RFC 7519) in compact form, signed by an issuer
 * whose keys are published as a JWK set (RFC 7517). Only SQL over HTTP takes them.
 *
 * <p>{@link dev.reveille.gateway.jwt.TokenDoor} is what others are given; {@link dev.reveille.gateway.jwt.TokenRule} is
 * what an operator decides. Inside, a token is read strictly ({@code CompactToken}), its key is found in a set that is
 * fetched once for all who need it and kept for a while ({@code KeySetEntry} has the drawing), and the signature is
 * checked away from the loops. Nothing here trusts what a token says of itself: neither a key nor the address of one.
 */
package dev.reveille.gateway.jwt;
