/** A feed: reads the topics of events, incidents and flow records and hands them to one destination in one format, and goes on only when the destination has them. */
package io.crossgate.feeds;
