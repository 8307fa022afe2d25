# SPDX-License-Identifier: Apache-2.0
"""Web services: a scoring script that answers requests for as long as its run goes on.

The program of a service's run is the host (host.py). It speaks HTTP on a unix socket, which the daemon routes requests
to, and passes each request to one of several worker processes (worker.py), which hold the script. From the ground up:
settings, messages and frames are plain data; raw_http, script, swagger and scoring are the worker's; workers, server
and host are the host's. submission and api start and change services; command is `runyard serve`.
"""
