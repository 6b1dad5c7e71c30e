package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Calls about subjects and their versions. */
final class SubjectCalls {
    private static final int LATEST = -1;

    private final SchemaStore store;

    SubjectCalls(SchemaStore store) {
        this.store = store;
    }

    Answer all() {
        ArrayNode names = Json.array();
        store.state().subjects().forEach(names::add);
        return Answer.of(names);
    }

    Answer versions(String subject) throws Refusal {
        ArrayNode numbers = Json.array();
        existing(subject).forEach(version -> numbers.add(version.version()));
        return Answer.of(numbers);
    }

    Answer version(String subject, String version) throws Refusal {
        return Answer.of(json(pick(existing(subject), number(version))));
    }

    Answer text(String subject, String version) throws Refusal {
        return Answer.text(pick(existing(subject), number(version)).avro().text());
    }

    Answer register(String subject, Call call) throws Refusal {
        if (subject.isBlank() || subject.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalidSubject(subject);
        }
        ObjectNode body = call.json();
        if (body.path("id").asInt() > 0 || body.path("version").asInt() > 0) {
            throw Refusal.notInImportMode(subject);
        }
        return Answer.of(Json.object().put("id", store.register(subject, schemaIn(body))));
    }

    Answer lookUp(String subject, Call call) throws Refusal {
        AvroText avro = schemaIn(call.json());
        existing(subject);
        StoredSchema found = store.find(subject, avro);
        if (found == null) {
            throw Refusal.noSchema();
        }
        return Answer.of(json(found));
    }

    /** Whether a schema could come after a version, or, of a subject that has none yet, that it could. */
    Answer compatible(String subject, String version, Call call) throws Refusal {
        AvroText avro = schemaIn(call.json());
        int number = number(version);
        List<StoredSchema> versions = store.state().versions(subject);
        List<StoredSchema> judged = versions.isEmpty() && number == LATEST ? versions : List.of(pick(existing(subject), number));
        List<String> faults = SchemaStore.faults(store.state().level(subject), avro, judged);
        ObjectNode answer = Json.object().put("is_compatible", faults.isEmpty());
        if (call.asks("verbose")) {
            ArrayNode messages = answer.putArray("messages");
            faults.forEach(messages::add);
        }
        return Answer.of(answer);
    }

    private List<StoredSchema> existing(String subject) throws Refusal {
        List<StoredSchema> versions = store.state().versions(subject);
        if (versions.isEmpty()) {
            throw Refusal.noSubject(subject);
        }
        return versions;
    }

    private static StoredSchema pick(List<StoredSchema> versions, int number) throws Refusal {
        if (number == LATEST) {
            return versions.get(versions.size() - 1);
        }
        for (StoredSchema version : versions) {
            if (version.version() == number) {
                return version;
            }
        }
        throw Refusal.noVersion(number);
    }

    private static int number(String version) throws Refusal {
        if (version.equals("latest") || version.equals("-1")) {
            return LATEST;
        }
        try {
            int number = Integer.parseInt(version);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls to the refusal
        }
        throw Refusal.invalidVersion(version);
    }

    private static AvroText schemaIn(ObjectNode body) throws Refusal {
        String type = Call.text(body, "schemaType");
        if (type != null && !type.equals("AVRO")) {
            throw Refusal.invalidSchema("this registry knows Avro only, not " + type);
        }
        JsonNode references = body.path("references");
        if (!references.isMissingNode() && !references.isNull() && !references.isEmpty()) {
            throw Refusal.invalidSchema("this registry knows no references: send the schema whole");
        }
        return AvroText.parse(Call.text(body, "schema"));
    }

    private static ObjectNode json(StoredSchema schema) {
        return Json.object().put("subject", schema.subject()).put("version", schema.version()).put("id", schema.id()).put("schema", schema.avro().text());
    }
}
