package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** Calls about schemas by their ids. */
final class SchemaCalls {
    private final SchemaState state;

    SchemaCalls(SchemaState state) {
        this.state = state;
    }

    Answer byId(String id) throws Refusal {
        return Answer.of(Json.object().put("schema", schema(number(id)).text()));
    }

    Answer text(String id) throws Refusal {
        return Answer.text(schema(number(id)).text());
    }

    Answer versions(String id) throws Refusal {
        schema(number(id));
        ArrayNode uses = Json.array();
        state.uses(number(id)).forEach(use -> uses.addObject().put("subject", use.subject()).put("version", use.version()));
        return Answer.of(uses);
    }

    Answer subjects(String id) throws Refusal {
        schema(number(id));
        ArrayNode subjects = Json.array();
        state.uses(number(id)).stream().map(StoredSchema::subject).distinct().forEach(subjects::add);
        return Answer.of(subjects);
    }

    private AvroText schema(int id) throws Refusal {
        AvroText avro = state.byId(id);
        if (avro == null) {
            throw Refusal.noSchema(id);
        }
        return avro;
    }

    private static int number(String id) throws Refusal {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw Refusal.noSuchPath();
        }
    }
}
