package io.crossgate.feeds.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.event.Item;
import io.crossgate.feeds.event.JsonLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Elasticsearch's bulk call, which answers for each item on its own. */
record Bulk() implements Endpoint {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A later revision, or this one, is there already. */
    private static final int VERSION_CONFLICT = 409;
    private static final int TOLD = 300;

    @Override
    public String path() {
        return "/_bulk";
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public String scheme() {
        return "ApiKey";
    }

    @Override
    public String body(List<Item> items) {
        StringBuilder body = new StringBuilder();
        for (Item item : items) {
            body.append(JsonLine.of(action -> action.object("index", index -> index.put("_id", item.id()).put("version", item.revision() + 1L)
                    .put("version_type", "external_gte")))).append('\n').append(item.text()).append('\n');
        }
        return body.toString();
    }

    @Override
    public Delivery answer(List<Item> items, String body) throws IOException {
        JsonNode answers;
        try {
            answers = JSON.readTree(body).path("items");
        } catch (JsonProcessingException e) {
            throw new IOException("does not answer in JSON: is it Elasticsearch?");
        }
        if (answers.size() != items.size()) {
            throw new IOException("answers for " + answers.size() + " of " + items.size() + " items: is it Elasticsearch?");
        }
        Map<Integer, String> refused = new HashMap<>();
        List<Integer> again = new ArrayList<>();
        String why = "";
        for (int i = 0; i < items.size(); i++) {
            JsonNode answer = answers.get(i).path("index");
            int status = answer.path("status").asInt();
            if (status / 100 == 2 || status == VERSION_CONFLICT) {
                continue;
            }
            String said = status + " " + answer.path("error").path("type").asText() + ": " + answer.path("error").path("reason").asText();
            said = said.substring(0, Math.min(TOLD, said.length()));
            if (Http.theItem(status)) {
                refused.put(i, said);
            } else {
                again.add(i);
                why = said;
            }
        }
        return new Delivery(refused, again, why);
    }
}
