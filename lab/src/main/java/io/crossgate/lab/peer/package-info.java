/** Clients, servers and an attacker: what runs inside a recording's namespaces, in processes of its own. */
package io.crossgate.lab.peer;
