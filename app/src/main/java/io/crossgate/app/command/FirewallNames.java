package io.crossgate.app.command;

import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Set;
import java.util.TreeSet;

/** Passes everything on, once it is known that every firewall and every gateway with settings is among the gateways. */
final class FirewallNames implements HeaderSink {
    private final Set<String> named = new TreeSet<>();
    private final HeaderSink next;
    private final Set<String> gateways = new TreeSet<>();
    private boolean checked;

    FirewallNames(DetectSettings settings, HeaderSink next) {
        named.addAll(settings.firewalls());
        named.addAll(settings.conntrack().keySet());
        this.next = next;
    }

    private void check() {
        if (checked) {
            return;
        }
        checked = true;
        for (String name : named) {
            if (!gateways.contains(name)) {
                throw new UsageFault("--firewall " + name + ": no such gateway; there " + (gateways.size() == 1 ? "is " : "are ") + String.join(", ", gateways));
            }
        }
    }

    @Override
    public void point(int index, String gateway, String iface, boolean firewallLog) {
        gateways.add(gateway);
        next.point(index, gateway, iface, firewallLog);
    }

    @Override
    public void observedFrom(int index, long time) {
        check();
        next.observedFrom(index, time);
    }

    @Override
    public void header(int index, PacketHeader header) {
        next.header(index, header);
    }

    @Override
    public void watermark(int index, long time) {
        check();
        next.watermark(index, time);
    }

    @Override
    public void lost(int index, long from, long to, long packets) {
        check();
        next.lost(index, from, to, packets);
    }

    @Override
    public void ended(int index, long lastTime) {
        check();
        next.ended(index, lastTime);
    }
}
