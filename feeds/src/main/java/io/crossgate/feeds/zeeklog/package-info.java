/** Events as lines of Zeek's notice.log, in JSON as Zeek writes it. */
package io.crossgate.feeds.zeeklog;
