"""Limits of the server: how much, how many, how long. `docs/decisions/0101` has the reasons."""

KIB = 1024

# A request's head.
HEAD_SECONDS = 15
HEAD_BYTES = 64 * KIB
HEAD_FIELDS = 256
# Requests that one connection may send before it has read the answer to the first.
PIPELINED = 64

# A body: what is read in the loop, before the application is called.
BODY_SECONDS = 20
BODY_BYTES = 64 * KIB
# The rest of an upload, which the application reads as it comes in: a pause at most, then an average.
UPLOAD_PAUSE_SECONDS = 20
UPLOAD_GRACE_SECONDS = 30
UPLOAD_BYTES_PER_SECOND = 32 * KIB

# An answer.
UNREAD_SECONDS = 30
WRITE_BUFFER = 16 * KIB
PIECE = 64 * KIB
# Longer answers wait for their reader on disk.
MEMORY_PER_ANSWER = 256 * KIB
# How much of a refused body is read and thrown away, so that its sender sees the refusal.
DISCARD_SECONDS = 30
DISCARD_BYTES = 256 * KIB * KIB
LINGER_SECONDS = 5

# Connections, and the files that a process needs beside them.
CONNECTIONS = 4096
OTHER_FILES = 256
BACKLOG = 2048
# How many of them one round of the loop takes, and the pause when there are no files left for more.
ACCEPTED_AT_ONCE = 256
ACCEPT_PAUSE_SECONDS = 1
KEEP_ALIVE_SECONDS = 30

# A request waits this long for a thread of its lane, with so many others.
QUEUE_SECONDS = 20
QUEUE_LENGTH = 512
BUSY_RETRY_AFTER = 5

# So many new objects may wait for the garbage collector; with Python's own 700 it runs many times a request.
COLLECTED_AFTER = 10_000

# A stop.
STOP_SECONDS = 20
FINISH_SECONDS = 18
