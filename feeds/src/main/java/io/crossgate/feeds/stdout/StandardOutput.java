package io.crossgate.feeds.stdout;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.destination.GoneException;
import io.crossgate.feeds.event.Item;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Standard output. A reader that is slow slows the feed down; one that has gone ends it. */
public final class StandardOutput implements Destination {
    private final PrintStream out;

    /** @param out stays open */
    public StandardOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public String name() {
        return "standard output";
    }

    @Override
    public Delivery deliver(List<Item> items) {
        for (Item item : items) {
            byte[] line = (item.text() + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(line, 0, line.length);
        }
        if (out.checkError()) { // flushes as well
            throw new GoneException("nobody reads standard output any more");
        }
        return Delivery.TAKEN;
    }

    @Override
    public void close() {
        // not ours
    }
}
