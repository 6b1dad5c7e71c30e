/** Packets in time order, from capture files, pipes and live interfaces: the only package that knows file formats and libpcap. */
package io.crossgate.ingest.capture;
