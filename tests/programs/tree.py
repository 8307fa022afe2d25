# SPDX-License-Identifier: Apache-2.0
"""A hundred processes that are deaf to SIGTERM; every second one has forked twice and has a session of its own.
Says "ready", and when it was asked to end (time.monotonic)."""
import os
import signal
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
there, here = os.pipe()
for number in range(100):
    if os.fork() == 0:
        if number % 2:
            os.setsid()
            if os.fork():
                os._exit(0)
        os.write(here, b"x")
        time.sleep(1000)
        os._exit(0)
count = 0
while count < 100:
    count += len(os.read(there, 100))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # so that it waits for sigwait, though it is ignored
print("ready", flush=True)
signal.sigwait([signal.SIGTERM])
print("asked at", time.monotonic(), flush=True)
time.sleep(1000)
