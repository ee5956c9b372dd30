/**
 * What a journey needs to begin: real Reveille processes on ports of their own, and the programs of the machine. A test
 * gets a running node as a parameter (see {@link dev.reveille.journeys.house.SharedNode}) or starts one that it may harm
 * (see {@link dev.reveille.journeys.house.DevNode}). Everything listens on loopback and lives in a temporary directory.
 */
package dev.reveille.journeys.house;
