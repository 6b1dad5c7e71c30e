/** The bytes of records: Confluent framing around Avro binary, and the registry that knows the schemas. */
package io.crossgate.schemas.wire;
