/** A lake as `crossgate retain` leaves it after months, made by seed in minutes: for benchmarks of `crossgate query`. */
package io.crossgate.benchmarks.lake;
