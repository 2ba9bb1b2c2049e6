"""From a declared spec to the nodes of its network, each with its volume (`expand.Expander`)."""
