/** Lines as syslog messages (RFC 5424) over TCP or TLS, each with its length before it (RFC 6587, RFC 5425). */
package io.crossgate.feeds.syslog;
