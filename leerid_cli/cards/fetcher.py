"""What WeasyPrint may load while it renders: only `data:` addresses and the font files of this program."""

from __future__ import annotations

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from leerid_cli.cards import fonts


class ForbiddenAddressError(FatalURLFetchingError):  # type: ignore[misc]
    """A page asked for an address that it may not load; WeasyPrint does not ignore this kind of error."""


class CardFetcher(URLFetcher):  # type: ignore[misc]
    """Fetches `data:` addresses and the exact addresses of the font files; refuses all others."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._own = {fonts.path(name).as_uri(): fonts.path(name) for name in fonts.FILES}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what is at `url`; raises ForbiddenAddressError for an address that may not be loaded."""
        if url in self._own:
            return URLFetcherResponse(url, self._own[url].read_bytes())
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise ForbiddenAddressError(f"not allowed on a card: {url[:80]}")
