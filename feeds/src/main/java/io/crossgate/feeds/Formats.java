package io.crossgate.feeds;

import io.crossgate.feeds.cef.Cef;
import io.crossgate.feeds.ecs.Ecs;
import io.crossgate.feeds.event.Format;
import io.crossgate.feeds.eve.Eve;
import io.crossgate.feeds.ocsf.Ocsf;
import io.crossgate.feeds.zeeklog.ZeekLogs;
import java.util.List;
import java.util.stream.Collectors;

/** Every format, by its name. */
public final class Formats {
    private Formats() {}

    /** All of them. */
    public static List<Format> all(String productVersion) {
        return List.of(new Ecs(), new Ocsf(productVersion), new Cef(productVersion), new Eve(), new ZeekLogs());
    }

    /**
     * The format of that name.
     *
     * @param productVersion Crossgate's own version, which some formats tell
     * @throws IllegalArgumentException if there is none
     */
    public static Format named(String name, String productVersion) {
        List<Format> all = all(productVersion);
        return all.stream().filter(format -> format.name().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "there is no format '" + name + "': " + all.stream().map(Format::name).collect(Collectors.joining(", "))));
    }
}
