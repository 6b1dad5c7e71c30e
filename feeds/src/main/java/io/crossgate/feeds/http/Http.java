package io.crossgate.feeds.http;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Batches over HTTP, one request at a time. A request that is refused for what is in it (4xx) is sent in halves, down to the item that is refused. Answers that are no
 * item's fault (401, 403, 404, 408, 429, 3xx, 5xx) and those that never come mean: again.
 */
public final class Http implements Destination {
    /** 4xx that tell of the endpoint, of rights or of load, not of what was sent. */
    private static final Set<Integer> NOT_THE_ITEM = Set.of(401, 403, 404, 405, 407, 408, 421, 425, 426, 429);
    private static final int LONGEST_ANSWER = 16 << 20;
    private static final int TOLD = 300;

    private final URI address;
    private final Endpoint endpoint;
    private final String secret;
    private final Duration timeout;
    private final HttpClient client;

    private Http(URI address, Endpoint endpoint, String secret, SSLContext tls, Duration timeout) {
        this.address = address;
        this.endpoint = endpoint;
        this.secret = secret;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout).followRedirects(HttpClient.Redirect.NEVER).sslContext(tls)
                .build();
    }

    /**
     * An Elasticsearch or OpenSearch index, by its bulk call. An item's id is the document's, and its revision the document's version: what is sent twice is there once,
     * and a later revision replaces an earlier one.
     *
     * @param index the index's address, for example {@code http://127.0.0.1:9200/crossgate}
     * @param apiKey or null
     */
    public static Http elasticsearch(URI index, String apiKey, SSLContext tls, Duration timeout) {
        return new Http(index, new Bulk(), apiKey, tls, timeout);
    }

    /**
     * Splunk's HTTP event collector.
     *
     * @param server the server's address, for example {@code https://splunk:8088}
     * @param json true if lines are JSON objects
     * @param format becomes a part of {@code sourcetype}
     * @param token or null
     */
    public static Http splunk(URI server, boolean json, String format, String token, SSLContext tls, Duration timeout) {
        return new Http(server, new Collector(json, format), token, tls, timeout);
    }

    /**
     * Any endpoint that takes lines by POST and answers 2xx when it has them all.
     *
     * @param json true if lines are JSON objects
     * @param token or null
     */
    public static Http generic(URI address, boolean json, String token, SSLContext tls, Duration timeout) {
        return new Http(address, new Lines(json), token, tls, timeout);
    }

    @Override
    public String name() {
        return address.getScheme() + "://" + address.getAuthority() + address.getPath(); // a query may hold a secret
    }

    @Override
    public Delivery deliver(List<Item> items) throws IOException, InterruptedException {
        HttpResponse<InputStream> response;
        String body;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + endpoint.path())).header("Content-Type", endpoint.contentType())
                .POST(HttpRequest.BodyPublishers.ofString(endpoint.body(items)));
        if (secret != null) {
            request.header("Authorization", endpoint.scheme() + " " + secret);
        }
        // The client's own time-out ends with the headers of an answer; this one covers all of it.
        CompletableFuture<HttpResponse<InputStream>> asked = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        CompletableFuture<String> read = asked.thenApplyAsync(Http::body);
        try {
            body = read.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            response = asked.get();
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(cause instanceof ConnectException ? "can't be reached" : told(String.valueOf(cause.getMessage())), cause);
        } finally {
            if (!read.isDone()) {
                callOff(asked);
            }
        }
        int status = response.statusCode();
        if (status / 100 == 2) {
            return endpoint.answer(items, hidden(body));
        }
        if (!theItem(status)) {
            throw new IOException("answers " + status + " " + told(body));
        }
        if (items.size() == 1) {
            return new Delivery(Map.of(0, status + " " + told(body)), List.of(), "");
        }
        return halves(items);
    }

    /** True if an answer with this status tells of what was sent, and will be the same again. */
    static boolean theItem(int status) {
        return status / 100 == 4 && !NOT_THE_ITEM.contains(status);
    }

    private Delivery halves(List<Item> items) throws InterruptedException {
        int middle = items.size() / 2;
        Map<Integer, String> refused = new HashMap<>();
        List<Integer> again = new ArrayList<>();
        String why = "";
        for (int from = 0; from < items.size(); from = from == 0 ? middle : items.size()) {
            List<Item> half = items.subList(from, from == 0 ? middle : items.size());
            int offset = from;
            try {
                Delivery delivery = deliver(half);
                delivery.refused().forEach((i, answer) -> refused.put(offset + i, answer));
                delivery.again().forEach(i -> again.add(offset + i));
                why = delivery.why().isEmpty() ? why : delivery.why();
            } catch (IOException e) { // what the other half became stays known
                for (int i = 0; i < half.size(); i++) {
                    again.add(offset + i);
                }
                why = e.getMessage();
            }
        }
        return new Delivery(refused, again, why);
    }

    private static String body(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            byte[] bytes = in.readNBytes(LONGEST_ANSWER);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What may be told of an answer: one short line, without the secret if an endpoint echoes it. */
    private String told(String answer) {
        String line = hidden(answer).replaceAll("\\s+", " ").strip();
        return line.substring(0, Math.min(TOLD, line.length()));
    }

    private String hidden(String text) {
        return secret == null ? text : text.replace(secret, "***");
    }

    private static void callOff(CompletableFuture<HttpResponse<InputStream>> asked) {
        asked.cancel(true);
        asked.thenAccept(response -> { // an answer that began and does not end
            try {
                response.body().close();
            } catch (IOException e) {
                // it is closed either way
            }
        });
    }

    @Override
    public void close() {
        // the client's threads are daemons, and its connections go with it
    }
}
