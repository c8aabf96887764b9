"""A TCP proxy before a PostgreSQL server that can hang: connections stay open and nothing comes through."""

import contextlib
import socket
import threading

from sqlalchemy import make_url


class HangingProxy:
    """Listens on loopback; `url` is the database's behind it."""

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url)
        folder = url.query.get("host")
        self._target: str | tuple[str, int]
        self._target = f"{folder}/.s.PGSQL.{url.port or 5432}" if folder else (url.host or "", url.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        through = url.set(host="127.0.0.1", port=port, query={})
        self.url = through.render_as_string(hide_password=False)
        self._open = threading.Event()
        self._open.set()
        self._sockets: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> "HangingProxy":
        self._accepting.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Also what was let in while it hung is closed: else its sockets are left to a later test's garbage."""
        self._open.set()
        with contextlib.suppress(OSError):  # closing alone wakes who waits on it, but not on Linux
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        self.cut()

    def hang(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Close every connection on both sides."""
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._sockets.clear()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                self._open.wait()
                server = self._connect()
                self._sockets.append(server)
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _connect(self) -> socket.socket:
        if isinstance(self._target, tuple):
            return socket.create_connection(self._target)
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        return server

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while some := source.recv(1 << 16):
                self._open.wait()
                sink.sendall(some)
