/** Events as documents of the Elastic Common Schema. */
package io.crossgate.feeds.ecs;
