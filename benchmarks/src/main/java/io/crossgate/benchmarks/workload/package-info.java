/** A workload generator: captures of two gateways, the same for the same seed, and beside them what is right to find in them. */
package io.crossgate.benchmarks.workload;
