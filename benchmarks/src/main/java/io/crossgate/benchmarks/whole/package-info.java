/** What whole-run benchmarks need beside the product's own commands: a broker in a process of its own, and a Kafka Streams run that ends when all is decided. */
package io.crossgate.benchmarks.whole;
