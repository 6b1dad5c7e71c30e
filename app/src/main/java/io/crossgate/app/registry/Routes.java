package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/** Which call is answered by what. */
final class Routes {
    private final SubjectCalls subjects;
    private final SchemaCalls schemas;
    private final LevelCalls levels;

    Routes(SchemaStore store) {
        subjects = new SubjectCalls(store);
        schemas = new SchemaCalls(store.state());
        levels = new LevelCalls(store);
    }

    Answer answer(Call call) throws Refusal {
        List<String> path = call.path();
        if (path.isEmpty()) {
            allow(call, "GET");
            return Answer.of(Json.object());
        }
        return switch (path.get(0)) {
            case "subjects" -> subjects(call, path);
            case "schemas" -> schemas(call, path);
            case "config" -> levels(call, path);
            case "compatibility" -> compatibility(call, path);
            case "mode" -> mode(call, path);
            default -> throw Refusal.noSuchPath();
        };
    }

    private Answer subjects(Call call, List<String> path) throws Refusal {
        switch (path.size()) {
            case 1:
                allow(call, "GET");
                return subjects.all();
            case 2:
                allow(call, "POST");
                return subjects.lookUp(path.get(1), call);
            case 3:
                require(path.get(2).equals("versions"));
                allow(call, "GET, POST");
                return call.method().equals("POST") ? subjects.register(path.get(1), call) : subjects.versions(path.get(1));
            case 4:
                require(path.get(2).equals("versions"));
                allow(call, "GET");
                return subjects.version(path.get(1), path.get(3));
            case 5:
                require(path.get(2).equals("versions") && path.get(4).equals("schema"));
                allow(call, "GET");
                return subjects.text(path.get(1), path.get(3));
            default:
                throw Refusal.noSuchPath();
        }
    }

    private Answer schemas(Call call, List<String> path) throws Refusal {
        if (path.size() == 2 && path.get(1).equals("types")) {
            allow(call, "GET");
            ArrayNode types = Json.array();
            return Answer.of(types.add("AVRO"));
        }
        require((path.size() == 3 || path.size() == 4) && path.get(1).equals("ids"));
        String what = path.size() == 3 ? "" : path.get(3);
        require(List.of("", "schema", "versions", "subjects").contains(what));
        allow(call, "GET");
        return switch (what) {
            case "schema" -> schemas.text(path.get(2));
            case "versions" -> schemas.versions(path.get(2));
            case "subjects" -> schemas.subjects(path.get(2));
            default -> schemas.byId(path.get(2));
        };
    }

    private Answer levels(Call call, List<String> path) throws Refusal {
        require(path.size() <= 2);
        allow(call, "GET, PUT");
        String subject = path.size() == 2 ? path.get(1) : null;
        return call.method().equals("PUT") ? levels.set(subject, call) : levels.get(subject, call);
    }

    private Answer compatibility(Call call, List<String> path) throws Refusal {
        require(path.size() == 5 && path.get(1).equals("subjects") && path.get(3).equals("versions"));
        allow(call, "POST");
        return subjects.compatible(path.get(2), path.get(4), call);
    }

    private static Answer mode(Call call, List<String> path) throws Refusal {
        require(path.size() == 1);
        allow(call, "GET");
        return Answer.of(Json.object().put("mode", "READWRITE"));
    }

    private static void require(boolean known) throws Refusal {
        if (!known) {
            throw Refusal.noSuchPath();
        }
    }

    private static void allow(Call call, String methods) throws Refusal {
        if (call.method().equals("DELETE")) {
            throw Refusal.nothingIsDeleted();
        }
        if (!List.of(methods.split(", ")).contains(call.method())) {
            throw Refusal.methodNotAllowed(call.method(), methods);
        }
    }
}
