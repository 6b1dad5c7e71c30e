package io.crossgate.detect;

import java.util.HashMap;
import java.util.Map;

/** The services that are remembered, in a list from the longest unused to the latest used. */
final class Services {
    private final Map<Endpoint, ServiceHistory> byServer = new HashMap<>();
    private ServiceHistory eldest;
    private ServiceHistory newest;

    int size() {
        return byServer.size();
    }

    /** What is known of a service; null if nothing is. */
    ServiceHistory get(Endpoint server) {
        return byServer.get(server);
    }

    /** The longest unused; {@link ServiceHistory#newer} leads on. Null if there are none. */
    ServiceHistory eldest() {
        return eldest;
    }

    /** Adds a service that is not in it, used now. */
    void add(ServiceHistory service) {
        byServer.put(service.server, service);
        append(service);
    }

    /** A service is used now. */
    void use(ServiceHistory service) {
        if (service != newest) {
            unlink(service);
            append(service);
        }
    }

    void remove(ServiceHistory service) {
        byServer.remove(service.server);
        unlink(service);
    }

    private void append(ServiceHistory service) {
        service.older = newest;
        service.newer = null;
        if (newest == null) {
            eldest = service;
        } else {
            newest.newer = service;
        }
        newest = service;
    }

    private void unlink(ServiceHistory service) {
        if (service.older == null) {
            eldest = service.newer;
        } else {
            service.older.newer = service.newer;
        }
        if (service.newer == null) {
            newest = service.older;
        } else {
            service.newer.older = service.older;
        }
    }
}
