/** Frames to headers: finds the TCP or ICMP header in a captured frame, whatever is around it, and says by name why where there is none. */
package io.crossgate.ingest.decode;
