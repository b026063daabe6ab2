"""Limits of the server: sizes, counts and durations. `docs/decisions/0101` gives the reasons."""

KIB = 1024

# A request's head.
HEAD_SECONDS = 15
HEAD_BYTES = 64 * KIB
HEAD_FIELDS = 256
# Requests that one connection may send before it has read the first response.
PIPELINED = 64

# A body, as far as it is read before the application is called.
BODY_SECONDS = 20
BODY_BYTES = 64 * KIB
# The rest of an upload, read as it arrives: the longest pause, and the lowest average after a grace period.
UPLOAD_PAUSE_SECONDS = 20
UPLOAD_GRACE_SECONDS = 30
UPLOAD_BYTES_PER_SECOND = 32 * KIB

# A response.
UNREAD_SECONDS = 30
WRITE_BUFFER = 16 * KIB
PIECE = 64 * KIB
# Longer responses are buffered on disk until the client has read them.
MEMORY_PER_ANSWER = 256 * KIB
# How much of a refused body is read and discarded, so that the client gets to read the refusal.
DISCARD_SECONDS = 30
DISCARD_BYTES = 256 * KIB * KIB
LINGER_SECONDS = 5

# Connections, and the other files that a process opens.
CONNECTIONS = 4096
OTHER_FILES = 256
BACKLOG = 2048
# Connections accepted per iteration of the event loop, and the pause when file descriptors run out.
ACCEPTED_AT_ONCE = 256
ACCEPT_PAUSE_SECONDS = 1
KEEP_ALIVE_SECONDS = 30

# How long a request waits for a thread of its lane, and how many may wait.
QUEUE_SECONDS = 20
QUEUE_LENGTH = 512
BUSY_RETRY_AFTER = 5

# Allocations before the garbage collector runs; with Python's default of 700 it runs many times per request.
COLLECTED_AFTER = 10_000

# Shutdown.
STOP_SECONDS = 20
FINISH_SECONDS = 18
