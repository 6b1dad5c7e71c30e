/** Events as lines of Zeek's notice.log, flow records as lines of its conn.log, in JSON as Zeek writes it. */
package io.crossgate.feeds.zeeklog;
