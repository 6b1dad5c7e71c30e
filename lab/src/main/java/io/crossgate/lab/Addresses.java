package io.crossgate.lab;

import java.util.List;
import java.util.stream.IntStream;

/** The lab's plan of addresses: documentation and private ones only. Gateways are numbered from 0. */
record Addresses(boolean v6) {
    /** The two client networks. */
    static final int STAFF = 30;
    static final int GUESTS = 40;
    static final List<Integer> NETWORKS = List.of(STAFF, GUESTS);

    private static final int FIRST_CLIENT = 11;
    /** Addresses of each client network that the clients' namespace has. */
    static final int CLIENTS = 10;

    String network(int number) {
        return v6 ? "fd20:" + number + "::/64" : "10.20." + number + ".0/24";
    }

    int networkBits() {
        return v6 ? 64 : 24;
    }

    List<String> clients(int network, int count) {
        return IntStream.range(0, count).mapToObj(i -> host(network, FIRST_CLIENT + i)).toList();
    }

    String lan(int network, int gateway) {
        return host(network, 1 + gateway);
    }

    private String host(int network, int number) {
        return v6 ? "fd20:" + network + "::" + number : "10.20." + network + "." + number;
    }

    String wan(int gateway) {
        return v6 ? "fd51:100:" + gateway + "::2" : "198.51.100." + (4 * gateway + 2);
    }

    String provider(int gateway) {
        return v6 ? "fd51:100:" + gateway + "::1" : "198.51.100." + (4 * gateway + 1);
    }

    int linkBits() {
        return v6 ? 64 : 30;
    }

    String server() {
        return v6 ? "fd03:113::50" : "203.0.113.50";
    }

    String serverGateway() {
        return v6 ? "fd03:113::1" : "203.0.113.1";
    }

    String serverNetwork() {
        return v6 ? "fd03:113::/64" : "203.0.113.0/24";
    }

    /** What a NAT pool translates to. */
    String pool() {
        return v6 ? "fd02:9::10" : "192.0.2.10";
    }

    String host(String address) {
        return address + (v6 ? "/128" : "/32");
    }

    String any() {
        return v6 ? "::/0" : "0.0.0.0/0";
    }

    String family() {
        return v6 ? "-6" : "-4";
    }
}
