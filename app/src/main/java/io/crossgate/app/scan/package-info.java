/** Detection in process, without Kafka. */
package io.crossgate.app.scan;
