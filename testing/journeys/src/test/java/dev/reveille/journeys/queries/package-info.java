/** What a client does once it is in: queries of every kind, COPY, large things, notifications, replication. */
package dev.reveille.journeys.queries;
