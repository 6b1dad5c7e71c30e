/** JMH benchmarks of the steps that every packet takes, on the packets of a small workload. */
package io.crossgate.benchmarks.micro;
