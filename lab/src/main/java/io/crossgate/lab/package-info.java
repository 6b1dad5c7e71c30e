/** Real Linux routers and firewalls in network namespaces: scenarios, and recordings of them. */
package io.crossgate.lab;
