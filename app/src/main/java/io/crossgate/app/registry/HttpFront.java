package io.crossgate.app.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns an HTTP exchange into a call and its answer. Whatever comes, what goes back is JSON, and never what Java says of a failure. */
final class HttpFront implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    static final int BODY_LIMIT = 1 << 20;
    /** How much of a body that is too large is still taken, so that its sender gets to read the answer. */
    private static final int PATIENCE = 8 << 20;
    private static final List<String> TYPES =
            List.of(Answer.CONTENT_TYPE, "application/vnd.schemaregistry+json", "application/json", "application/octet-stream");

    private final Routes routes;

    HttpFront(Routes routes) {
        this.routes = routes;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            exchange.getResponseHeaders().set("Content-Type", Answer.CONTENT_TYPE);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(answer.status(), -1);
            } else {
                exchange.sendResponseHeaders(answer.status(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        try {
            byte[] body = body(exchange);
            String method = exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
            String path = exchange.getRequestURI().getRawPath();
            if (path == null || !path.startsWith("/")) {
                throw Refusal.noSuchPath();
            }
            return routes.answer(Call.of(method, path, exchange.getRequestURI().getRawQuery(), body));
        } catch (Refusal e) {
            return Answer.of(e);
        } catch (RuntimeException e) {
            LOG.warn("A call to the schema registry failed", e);
            return Answer.of(Refusal.failed());
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException, Refusal {
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes(BODY_LIMIT + 1);
        if (body.length > BODY_LIMIT) {
            discard(in);
            exchange.getResponseHeaders().set("Connection", "close");
            throw Refusal.tooLarge(BODY_LIMIT);
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (body.length > 0 && type != null && !TYPES.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))) {
            throw Refusal.mediaType(type);
        }
        return body;
    }

    private static void discard(InputStream in) throws IOException {
        byte[] unwanted = new byte[8192];
        int taken = 0;
        for (int n = in.read(unwanted); n >= 0 && taken < PATIENCE; n = in.read(unwanted)) {
            taken += n;
        }
    }
}
