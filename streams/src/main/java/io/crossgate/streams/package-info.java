/** The Kafka Streams topology: driver of detection over the headers topic. */
package io.crossgate.streams;
