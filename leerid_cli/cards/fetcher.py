"""What WeasyPrint may load: `data:` addresses and the fonts of this program, nothing else."""

from __future__ import annotations

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from leerid_cli.cards import fonts


class ForbiddenAddressError(FatalURLFetchingError):  # type: ignore[misc]
    """A card asked for something outside the program; WeasyPrint does not swallow this error."""


class CardFetcher(URLFetcher):  # type: ignore[misc]
    """Gives out `data:` addresses and font files by exact address; refuses all others."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._own = {fonts.path(name).as_uri(): fonts.path(name) for name in fonts.FILES}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Fetch `url`; ForbiddenAddressError if it is not the program's own."""
        if url in self._own:
            return URLFetcherResponse(url, self._own[url].read_bytes())
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise ForbiddenAddressError(f"not allowed on a card: {url[:80]}")
