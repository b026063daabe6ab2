"""What tests share: portals, people, browsers, servers and the worlds they act in."""
