/** Headers onto Kafka: one flow's headers of a short span a record, and how far each observation point has come in every partition. */
package io.crossgate.ingest.publish;
