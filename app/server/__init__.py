"""The HTTP server: parses requests, calls the WSGI application, sends responses.

`listener` binds the sockets, `supervisor` forks and restarts the processes, and `worker` runs one of them.
In a worker, `protocol` reads request heads under deadlines and `bridge` calls the application in a thread
from `lanes`. This is the only package that uses an event loop, and it does not import Flask.
"""
