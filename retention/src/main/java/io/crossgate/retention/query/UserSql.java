package io.crossgate.retention.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Checks SQL by DuckDB's own parser: one SELECT, and nothing else; and lets {@code ip(origin)} and {@code in_cidr(origin, '…')} name the three columns of an address. */
final class UserSql {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PARTS = List.of("_v4", "_hi", "_lo");

    private final Connection duck;
    private boolean changed;

    UserSql(Connection duck) {
        this.duck = duck;
    }

    /**
     * The SQL to run.
     *
     * @throws QueryFault if it does not parse, or is something other than one SELECT
     */
    String checked(String sql) throws SQLException, IOException {
        JsonNode tree = JSON.readTree(text("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", sql));
        if (tree.path("error").asBoolean()) {
            String message = tree.path("error_message").asText().lines().findFirst().orElse("");
            boolean other = tree.path("error_type").asText().equals("not implemented");
            throw new QueryFault(other ? "only SELECT is run: a lake is not written by SQL" : message);
        }
        if (tree.path("statements").size() != 1) {
            throw new QueryFault(tree.path("statements").isEmpty() ? "there is no SQL" : "one SELECT at a time");
        }
        rewrite(tree);
        return changed ? text("SELECT json_deserialize_sql(?::JSON)", tree.toString()) : sql.strip().replaceAll(";\\s*$", "");
    }

    private String text(String sql, String parameter) throws SQLException {
        try (PreparedStatement statement = duck.prepareStatement(sql)) {
            statement.setString(1, parameter);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }

    private void rewrite(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("class").asText().equals("FUNCTION") && object.path("arguments") instanceof ArrayNode arguments) {
            String name = object.path("function_name").asText();
            boolean oneColumn = name.equals("ip") && arguments.size() == 1 || name.equals("in_cidr") && arguments.size() == 2;
            if (oneColumn && arguments.get(0).path("expression").path("class").asText().equals("COLUMN_REF")) {
                JsonNode side = arguments.remove(0);
                for (int i = 0; i < PARTS.size(); i++) {
                    JsonNode part = side.deepCopy();
                    ArrayNode names = (ArrayNode) part.get("expression").get("column_names");
                    names.set(names.size() - 1, names.get(names.size() - 1).asText() + PARTS.get(i));
                    arguments.insert(i, part);
                }
                changed = true;
            }
        }
        node.forEach(this::rewrite);
    }
}
