/** Events in ArcSight's Common Event Format. */
package io.crossgate.feeds.cef;
