package io.crossgate.app.registry;

import org.apache.avro.Schema;

/** A schema and its one spelling: two texts that differ in white space, order of members or needless namespaces are the same schema. */
record AvroText(Schema schema, String text) {
    /** @throws Refusal 42201 if {@code text} is not an Avro schema */
    static AvroText parse(String text) throws Refusal {
        if (text == null || text.isBlank()) {
            throw Refusal.invalidSchema("Empty schema");
        }
        try {
            Schema schema = new Schema.Parser().parse(text);
            return new AvroText(schema, schema.toString());
        } catch (RuntimeException e) {
            // Avro's parser throws more than its own exceptions at what is JSON and no schema.
            throw Refusal.invalidSchema(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw Refusal.invalidSchema("nested too deeply");
        }
    }
}
