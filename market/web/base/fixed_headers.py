"""What the headers of every answer tell a browser, whatever was asked for: to load and to send nothing elsewhere."""

from typing import TYPE_CHECKING, Any

from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class FixedHeaders:
    """A WSGI layer: the same headers on every answer. As text they are ready when the market starts; Flask would look
    each through for every answer."""

    def __init__(self, application: "WSGIApplication", *, secure: bool) -> None:
        self._application, self._headers = application, list(_headers(secure=secure).headers.items())

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> "Callable[[bytes], object]":
            return start_response(status, headers + self._headers, *error)

        return self._application(environ, start)


def _headers(*, secure: bool) -> Secure:
    policy = (
        ContentSecurityPolicy()
        .default_src("'self'")
        .img_src("'self'", "blob:", "data:")
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'")
    )
    return Secure(
        csp=policy,
        coop=CrossOriginOpenerPolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(365 * 86400) if secure else None,
        permissions=PermissionsPolicy().camera("self").geolocation().microphone(),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )
