"""Reading a request: bytes, headers, cookies, proxies, in the order in which they are judged."""
