"""Keeping a library that reports home from reaching anybody.

MediaPipe's runtime sends usage metrics over HTTPS and offers no switch. Its client honours the proxy
variables, so a process whose proxy is a loopback port where nobody listens cannot even ask for the address of
the host: names are resolved by the proxy. The variables must be there before the library loads, and must not
reach the rest of the program, hence a child process.
"""

import os
import socket

_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "grpc_proxy", "no_grpc_proxy", "no_proxy")


class DeadEnd:
    """A loopback port that is taken but never answers, for as long as this object is open."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(
            ("127.0.0.1", 0)
        )  # bound, never listening: connections are refused, and nobody else can take it
        self.port = self._socket.getsockname()[1]

    def close(self):
        self._socket.close()

    def environment(self):
        """This process's environment with every proxy pointed at the dead end and no exception from it."""
        kept = {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
        here = f"http://127.0.0.1:{self.port}"
        return kept | {name: here for base in _PROXIES[:5] for name in (base, base.upper())}
