/** Who plays the roles of the outside world in the tests of this module: small classes that do what a test tells them. */
package dev.reveille.session.fakes;
