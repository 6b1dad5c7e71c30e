package io.crossgate.feeds;

import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.destination.Tls;
import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.file.RotatedFile;
import io.crossgate.feeds.http.Http;
import io.crossgate.feeds.kafka.KafkaTopic;
import io.crossgate.feeds.stdout.StandardOutput;
import io.crossgate.feeds.syslog.Syslog;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Every destination, by the form of its address. Nothing is connected to yet. */
public final class Destinations {
    private static final String FORMS = "stdout, file:PATH, syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT, elasticsearch+https://HOST:PORT/INDEX, "
            + "splunk+https://HOST:PORT, https://HOST/PATH, kafka:TOPIC";

    private Destinations() {}

    /**
     * The destination at an address.
     *
     * @throws IllegalArgumentException if there is none of that form, in one line, which repeats no part of the address that may be secret
     */
    public static Destination at(String to, Format format, DestinationSettings settings) {
        if (to.equals("stdout") || to.equals("-")) {
            return new StandardOutput(settings.out());
        }
        String scheme = to.contains(":") ? to.substring(0, to.indexOf(':')) : "";
        return switch (scheme) {
            case "file" -> file(to.substring("file:".length()), settings);
            case "kafka" -> topic(to.substring("kafka:".length()), settings);
            case "syslog+tcp", "syslog+tls" -> syslog(url(to), settings);
            case "http", "https" -> Http.generic(url(to), format.json(), settings.secret(), Tls.trusting(settings.certificates()), settings.timeout());
            case "splunk+http", "splunk+https" -> Http.splunk(stripped(url(to)), format.json(), format.name(), settings.secret(), Tls.trusting(settings.certificates()),
                    settings.timeout());
            case "elasticsearch+http", "elasticsearch+https" -> elasticsearch(stripped(url(to)), format, settings);
            default -> throw new IllegalArgumentException("--to names no destination; there are: " + FORMS);
        };
    }

    private static Destination file(String path, DestinationSettings settings) {
        try {
            Path file = Path.of(path.startsWith("//") ? path.substring(2) : path);
            Path folder = file.toAbsolutePath().getParent();
            if (path.isEmpty() || Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
                throw new IllegalArgumentException("--to file:PATH names a file in a folder that is there, not '" + path + "'");
            }
            return new RotatedFile(file, settings.rotateAt(), settings.keep());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("--to file:PATH: " + e.getReason(), e);
        }
    }

    private static Destination topic(String name, DestinationSettings settings) {
        if (!name.matches("[A-Za-z0-9._-]{1,249}") || name.matches("\\.{1,2}")) {
            throw new IllegalArgumentException("--to kafka:TOPIC: a topic's name has letters, digits, dots, underscores and hyphens, 249 at most");
        }
        return new KafkaTopic(name, settings.client(), (int) settings.timeout().toMillis());
    }

    private static Destination syslog(URI address, DestinationSettings settings) {
        if (address.getPort() < 0) {
            throw new IllegalArgumentException("--to " + address.getScheme() + "://HOST:PORT: the port is missing (usual are 601 for TCP, 6514 for TLS)");
        }
        boolean tls = address.getScheme().endsWith("tls");
        return new Syslog(address.getHost(), address.getPort(), tls ? Tls.trusting(settings.certificates()) : null, settings.timeout());
    }

    private static Destination elasticsearch(URI index, Format format, DestinationSettings settings) {
        if (!format.json()) {
            throw new IllegalArgumentException("Elasticsearch takes JSON: format " + format.name() + " is none; ecs is made for it");
        }
        if (index.getPath() == null || !index.getPath().matches("/[^/]+")) {
            throw new IllegalArgumentException("--to elasticsearch+https://HOST:PORT/INDEX: the index is missing");
        }
        return Http.elasticsearch(index, settings.secret(), Tls.trusting(settings.certificates()), settings.timeout());
    }

    private static URI url(String to) {
        URI address;
        try {
            address = new URI(to);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("--to is no URL: " + e.getReason() + " at character " + e.getIndex(), e);
        }
        if (address.getRawUserInfo() != null || to.substring(0, Math.max(0, to.indexOf('/', to.indexOf("://") + 3))).contains("@")) {
            throw new IllegalArgumentException("--to holds no user or password: a secret is given by --token-file or in the environment");
        }
        if (address.getHost() == null) {
            throw new IllegalArgumentException("--to is no URL: there is no host in it");
        }
        if (address.getPort() > 65_535) {
            throw new IllegalArgumentException("--to is no URL: port " + address.getPort() + " is above 65535");
        }
        return address;
    }

    /** Without what stands before the plus sign, and without a slash at the end. */
    private static URI stripped(URI address) {
        String text = address.toString();
        return URI.create(text.substring(text.indexOf('+') + 1).replaceAll("/+$", ""));
    }
}
