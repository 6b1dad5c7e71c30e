package io.crossgate.app.registry;

/** One version of a subject. Versions count from 1; ids are the registry's, the same for the same schema under any subject. */
record StoredSchema(String subject, int version, int id, AvroText avro, boolean deleted) {}
