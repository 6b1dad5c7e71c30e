package io.crossgate.lab;

/** What a gateway does with connection state. */
enum Keeping {
    /** Nothing: a plain router. */
    ROUTER,
    /** A firewall that logs what it classes INVALID, and drops it. */
    FIREWALL,
    /** A firewall that logs what it classes INVALID, and forwards it all the same. */
    LOG_ONLY;

    boolean firewall() {
        return this != ROUTER;
    }
}
