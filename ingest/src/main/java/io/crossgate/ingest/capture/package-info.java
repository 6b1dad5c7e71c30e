/** Captures as they come: pcap and pcapng from files and pipes, compressed or not, and live interfaces; merged in time and handed on decoded. */
package io.crossgate.ingest.capture;
