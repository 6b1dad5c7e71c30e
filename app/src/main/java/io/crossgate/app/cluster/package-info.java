/** A Kafka cluster as Crossgate uses it: reached, with its topics, and its events read. */
package io.crossgate.app.cluster;
