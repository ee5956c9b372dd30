/**
 * What tests of several modules share: certificates made on the spot, scripted peers, readable assertions. Nothing here
 * runs in production.
 */
package dev.reveille.kit;
