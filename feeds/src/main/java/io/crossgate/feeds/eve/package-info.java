/** Events as lines of Suricata's EVE JSON. */
package io.crossgate.feeds.eve;
