package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One request.
 *
 * @param method GET, POST, ...
 * @param path the path's segments, percent-decoded; an empty list for the root
 * @param query the query as it was sent; null if there was none
 * @param body the bytes that came with it
 */
record Call(String method, List<String> path, String query, byte[] body) {
    /** @param rawPath as it was sent; one slash at its end is as good as none */
    static Call of(String method, String rawPath, String query, byte[] body) throws Refusal {
        List<String> segments = new ArrayList<>();
        String trimmed = rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
        if (!trimmed.isEmpty()) {
            for (String segment : trimmed.substring(1).split("/", -1)) {
                segments.add(decoded(segment));
            }
        }
        return new Call(method, List.copyOf(segments), query, body);
    }

    private static String decoded(String segment) throws Refusal {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("The path is not percent-encoded UTF-8");
        }
    }

    /** If the query says {@code name=true}. */
    boolean asks(String name) {
        return query != null && List.of(query.split("&")).contains(name + "=true");
    }

    ObjectNode json() throws Refusal {
        try {
            return Json.readObject(body);
        } catch (IOException e) {
            throw Refusal.badRequest("The body is not a JSON object");
        }
    }

    /** The text of a member of the body; null if it is absent or null. */
    static String text(ObjectNode json, String name) throws Refusal {
        JsonNode member = json.get(name);
        if (member == null || member.isNull()) {
            return null;
        }
        if (!member.isTextual()) {
            throw Refusal.badRequest("\"" + name + "\" is not a string");
        }
        return member.textValue();
    }
}
