/** A Kafka broker inside this process, for those who have none: the only code that touches Kafka's server classes. */
package io.crossgate.app.broker;
