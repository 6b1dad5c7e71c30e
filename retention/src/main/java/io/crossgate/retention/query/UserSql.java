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

/** Checks SQL by DuckDB's own parser: one SELECT, and nothing else; and lets {@code ip(origin)} and {@code in_cidr(origin, '…')} name the three columns of an address. */
final class UserSql {
    private static final ObjectMapper JSON = new ObjectMapper();

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
        if (node instanceof ObjectNode object && object.path("class").asText().equals("FUNCTION")) {
            String name = object.path("function_name").asText();
            if ((name.equals("ip") && object.path("children").size() == 1 || name.equals("in_cidr") && object.path("children").size() == 2)
                    && object.path("children").get(0).path("class").asText().equals("COLUMN_REF")) {
                ArrayNode children = (ArrayNode) object.get("children");
                JsonNode side = children.remove(0);
                for (int i = 0; i < 3; i++) {
                    JsonNode part = side.deepCopy();
                    ArrayNode names = (ArrayNode) part.get("column_names");
                    names.set(names.size() - 1, names.get(names.size() - 1).asText() + new String[] {"_v4", "_hi", "_lo"}[i]);
                    children.insert(i, part);
                }
                changed = true;
            }
        }
        node.forEach(this::rewrite);
    }
}
