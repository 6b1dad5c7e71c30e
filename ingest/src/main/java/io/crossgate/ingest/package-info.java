/** Captures to headers: reads what gateways saw, decodes it, and hands it on in time order. Sub-packages: capture, decode, publish. */
package io.crossgate.ingest;
