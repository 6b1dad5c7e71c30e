/** Detection as a Kafka Streams topology: headers in, events and incidents out. */
package io.crossgate.streams;
