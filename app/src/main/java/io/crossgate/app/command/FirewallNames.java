package io.crossgate.app.command;

import io.crossgate.ingest.HeaderSink;
import io.crossgate.schemas.flow.PacketHeader;
import java.util.Set;
import java.util.TreeSet;

/** Passes everything on, once it is known that every declared firewall is among the gateways; runs something when all points are declared. */
final class FirewallNames implements HeaderSink {
    private final Set<String> firewalls;
    private final HeaderSink next;
    private final Runnable declared;
    private final Set<String> gateways = new TreeSet<>();
    private boolean checked;

    FirewallNames(Set<String> firewalls, HeaderSink next, Runnable declared) {
        this.firewalls = firewalls;
        this.next = next;
        this.declared = declared;
    }

    private void check() {
        if (checked) {
            return;
        }
        checked = true;
        for (String firewall : firewalls) {
            if (!gateways.contains(firewall)) {
                throw new UsageFault("--firewall " + firewall + ": no such gateway; there " + (gateways.size() == 1 ? "is " : "are ") + String.join(", ", gateways));
            }
        }
        declared.run();
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
