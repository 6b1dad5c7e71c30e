/** A schema registry inside this process that answers the REST calls of Confluent's, so that foreign clients read the topics with their own libraries. */
package io.crossgate.app.registry;
