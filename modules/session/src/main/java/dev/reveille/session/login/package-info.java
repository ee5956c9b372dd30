/**
 * Logging in to the compute in the client's place, as a dialogue of values: what the compute says goes in, what to do
 * comes out. How the compute was found and reached is not known here.
 */
package dev.reveille.session.login;
