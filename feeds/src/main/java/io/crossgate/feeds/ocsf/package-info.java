/** Events as OCSF Network Activity, incidents as OCSF Detection Findings. */
package io.crossgate.feeds.ocsf;
