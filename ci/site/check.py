#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Is every link of a static site whole: does each file and each anchor that its pages point at exist?

    ci/site/check.py DIRECTORY

Addresses of the web are not asked. Status 1 when something is missing, each with its page.
"""

from __future__ import annotations

import sys
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


class Site:
    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @cached_property
    def pages(self) -> dict[Path, Page]:
        return {path: Page(path) for path in sorted(self.root.rglob("*.html"))}

    def broken(self) -> list[str]:
        return [
            f"{page.path.relative_to(self.root)}: {link}"
            for page in self.pages.values()
            for link in page.links
            if not self.leads_somewhere(page, link)
        ]

    def leads_somewhere(self, page: Page, link: str) -> bool:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return True
        path = unquote(parts.path)
        # The page of what is not found links from the site's top, wherever it is shown.
        start = self.root if path.startswith("/") else page.path.parent
        target = (start / path.lstrip("/")).resolve() if path else page.path
        if target.is_dir():
            target /= "index.html"
        if target not in self.pages:
            return target.is_file()
        return unquote(parts.fragment) in self.pages[target].anchors


def main() -> int:
    site = Site(Path(sys.argv[1]))
    broken = site.broken()
    print("\n".join(broken) if broken else f"{len(site.pages)} pages, every link leads somewhere")
    return 1 if broken or not site.pages else 0


if __name__ == "__main__":
    sys.exit(main())
