"""The server: bytes in, WSGI calls, bytes out. The only package that knows the event loop.

`listener` binds, `supervisor` keeps the processes, `worker` runs one of them; inside it `protocol` reads
heads under deadlines and `bridge` calls the application in the threads of `lanes`. Nothing here knows Flask.
"""
