"""Our adapter of requests: guarded pools, one TLS context for all hosts, nothing from the environment.

requests by itself reads the certificate authorities anew for every host, follows redirects to anywhere,
and takes proxies, passwords and cookies as it finds them.  The adapter is used without a Session, which
is not made for several threads; adapter and pools are.
"""

from __future__ import annotations

import os
import ssl
import threading
from typing import Any

import certifi
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import PoolManager

from aggregator.errors import Unreachable
from aggregator.fetch.connection import StaleConnection, pool_classes
from aggregator.fetch.deadline import TimedTLSSocket
from aggregator.fetch.guard import Guard
from aggregator.fetch.target import endpoint


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts the authorities in $SSL_CERT_FILE, by default those of certifi.

    Verifies certificate and host name, TLS 1.2 at least.  Raises ``Unreachable`` when the file is of no use.
    """
    authorities = os.environ.get("SSL_CERT_FILE") or certifi.where()
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as error:
        msg = f"{authorities}: no certificate authorities can be read from it: {error.strerror or error}"
        raise Unreachable(msg) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = TimedTLSSocket
    return context


class GuardedAdapter(HTTPAdapter):
    """Sends prepared requests one hop far.

    ``hosts`` pools of ``per_host`` connections are kept at most; ``proxy`` is a URL or empty.
    """

    def __init__(self, guard: Guard, proxy: str, hosts: int, per_host: int) -> None:
        self._guard = guard
        self._classes = pool_classes(guard)
        self._proxies = {"http": proxy, "https": proxy} if proxy else None
        self._context: ssl.SSLContext | None = None
        self._context_lock = threading.Lock()
        super().__init__(pool_connections=hosts, pool_maxsize=per_host)

    def ask(self, request: PreparedRequest) -> Response:
        """Return the answer to ``request``, its body unread.  The caller's deadline must be running.

        Raises ``FetchError`` from the guard, and what requests and urllib3 raise.
        """
        if self._proxies:
            self._guard.check_name(*endpoint(request.url or ""))
        while True:
            try:
                return self.send(request, stream=True, proxies=self._proxies)
            except StaleConnection:
                continue  # each one found is discarded, so this ends (RFC 9110, 9.2.2: GET may be sent again)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:  # noqa: ANN401, FBT001, FBT002 - the signature of HTTPAdapter
        """Make the pools, with our classes."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = self._classes

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:  # noqa: ANN401 - the signature of HTTPAdapter
        """Return the pools behind ``proxy``, with our classes and the shared context also towards the proxy."""
        if proxy not in self.proxy_manager:
            manager = super().proxy_manager_for(proxy, proxy_ssl_context=self._shared_context(), **proxy_kwargs)
            manager.pool_classes_by_scheme = self._classes
        return self.proxy_manager[proxy]

    def build_connection_pool_key_attributes(
        self,
        request: PreparedRequest,
        verify: bool | str | None,  # noqa: FBT001 - the signature of HTTPAdapter
        cert: str | tuple[str, str] | None = None,
    ) -> tuple[Any, Any]:
        """Return what selects the pool: the host, and for TLS always the one context."""
        del verify, cert  # certificates are always verified, and none of ours is ever shown
        url = request.url or ""
        scheme = url.partition(":")[0]
        host, port = endpoint(url)
        tls = {"ssl_context": self._shared_context()} if scheme == "https" else {}
        return {"scheme": scheme, "host": host, "port": port}, tls

    def cert_verify(self, conn: Any, url: str, verify: bool | str | None, cert: Any) -> None:  # noqa: ANN401, FBT001 - the signature of HTTPAdapter
        """Do nothing: naming a CA file here is what makes urllib3 read it for every connection."""

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:  # noqa: ANN401 - the signature of HTTPAdapter
        """Return the answer without what is of no use here: cookies are not kept, characters not decoded."""
        response = Response()
        response.status_code = resp.status
        response.reason = resp.reason
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.url = req.url or ""
        response.request = req
        return response

    def close(self) -> None:
        """Close every idle connection.  urllib3 by itself leaves that to the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - the container cannot be iterated
                if (pool := manager.pools.get(key)) is not None:
                    pool.close()
        super().close()

    def _shared_context(self) -> ssl.SSLContext:
        with self._context_lock:
            if self._context is None:
                self._context = tls_context()
            return self._context
