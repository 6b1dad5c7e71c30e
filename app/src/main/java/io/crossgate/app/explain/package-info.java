/** What a firewall's connection tracker would say of a capture, packet by packet. */
package io.crossgate.app.explain;
