/** Crossgate's topics as Kafka Connect and Iceberg see them: a converter for the values, and the tables that they go to. */
package io.crossgate.iceberg;
