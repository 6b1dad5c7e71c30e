package io.crossgate.retention.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.retention.lake.Prefix;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Checks SQL by DuckDB's own parser: one SELECT, and nothing else. In what it has parsed, {@code ip(origin)} names the three columns of an address,
 * {@code in_cidr(origin, '10.20.0.0/16')} becomes bounds on them, by which files and row groups are pruned, and {@code ip('10.20.3.10')} the number of an IPv4 address.
 */
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
        JsonNode rewritten = rewritten(tree);
        return changed ? text("SELECT json_deserialize_sql(?::JSON)", rewritten.toString()) : sql.strip().replaceAll(";\\s*$", "");
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

    private JsonNode rewritten(JsonNode node) throws SQLException, IOException {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, rewritten(array.get(i)));
            }
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                field.setValue(rewritten(field.getValue()));
            }
            if (object.path("class").asText().equals("FUNCTION") && object.path("arguments") instanceof ArrayNode arguments) {
                return call(object, arguments);
            }
        }
        return node;
    }

    private JsonNode call(ObjectNode call, ArrayNode arguments) throws SQLException, IOException {
        String name = call.path("function_name").asText();
        if (name.equals("in_cidr")) {
            JsonNode column = argument(arguments, 0);
            JsonNode prefix = argument(arguments, 1);
            if (arguments.size() != 2 || !isColumn(column) || !isText(prefix)) {
                throw new QueryFault("in_cidr takes the name of an address and a prefix: in_cidr(origin, '10.20.0.0/16')");
            }
            return inPlaceOf(call, expression(Question.prefix(textOf(prefix)).condition("_"), column));
        }
        if (name.equals("ip") && arguments.size() == 1 && isText(argument(arguments, 0))) {
            Prefix address = Question.prefix(textOf(argument(arguments, 0)));
            if (!address.isIpv4() || !address.isOneAddress()) {
                throw new QueryFault("ip('…') takes one IPv4 address: of others, ask with in_cidr");
            }
            return inPlaceOf(call, expression((address.low() & 0xffff_ffffL) + "::UINTEGER", null));
        }
        if (name.equals("ip") && arguments.size() == 1 && isColumn(argument(arguments, 0))) {
            JsonNode side = arguments.remove(0);
            for (String part : PARTS) {
                JsonNode of = side.deepCopy();
                ArrayNode names = (ArrayNode) of.get("expression").get("column_names");
                names.set(names.size() - 1, names.get(names.size() - 1).asText() + part);
                arguments.add(of);
            }
            changed = true;
        }
        return call;
    }

    private static JsonNode argument(ArrayNode arguments, int i) {
        return arguments.path(i).path("expression");
    }

    private static boolean isColumn(JsonNode expression) {
        return expression.path("class").asText().equals("COLUMN_REF");
    }

    private static boolean isText(JsonNode expression) {
        return expression.path("literal").path("kind").asText().equals("STRING");
    }

    private static String textOf(JsonNode constant) {
        return constant.path("literal").path("text").asText();
    }

    /** What an expression parses to; where it names {@code __v4} and its like, these are the columns of the address {@code column}. */
    private JsonNode expression(String sql, JsonNode column) throws SQLException, IOException {
        JsonNode parsed = JSON.readTree(text("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", "SELECT " + sql)).at("/statements/0/node/select_list/0");
        for (JsonNode names : parsed.findValues("column_names")) {
            ArrayNode whole = (ArrayNode) names;
            String part = whole.get(0).asText().substring(1);
            whole.removeAll();
            column.get("column_names").forEach(whole::add);
            whole.set(whole.size() - 1, whole.get(whole.size() - 1).asText() + part);
        }
        return parsed;
    }

    private JsonNode inPlaceOf(ObjectNode call, JsonNode expression) {
        changed = true;
        ((ObjectNode) expression).put("alias", call.path("alias").asText());
        return expression;
    }
}
