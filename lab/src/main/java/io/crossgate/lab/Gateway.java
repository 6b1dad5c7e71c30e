package io.crossgate.lab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One gateway of a scenario.
 *
 * @param name gwa, gwb, …
 * @param settings sysctls of {@code net.netfilter}, by their kernel names
 * @param pool true if it translates clients' addresses to the pool's
 * @param wan false if it has a LAN side only
 */
record Gateway(String name, Keeping keeping, Map<String, String> settings, boolean pool, boolean wan) {
    Gateway {
        settings = new TreeMap<>(settings);
    }

    static Gateway router(String name) {
        return new Gateway(name, Keeping.ROUTER, Map.of(), false, true);
    }

    static Gateway firewall(String name) {
        return new Gateway(name, Keeping.FIREWALL, Map.of(), false, true);
    }

    static Gateway logOnly(String name) {
        return new Gateway(name, Keeping.LOG_ONLY, Map.of(), false, true);
    }

    Gateway with(String setting, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(setting, value);
        return new Gateway(name, keeping, more, pool, wan);
    }

    Gateway withPool() {
        return new Gateway(name, keeping, settings, true, wan);
    }

    Gateway withoutWan() {
        return new Gateway(name, keeping, settings, pool, false);
    }
}
