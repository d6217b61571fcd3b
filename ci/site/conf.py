# SPDX-License-Identifier: GPL-2.0-only
"""The project's pages as a site, for Sphinx; ci/site.sh stages the pages beside this file.

SITE_SOURCES: an address under which the project's sources are found by their path; without it, what the pages say
about a source is no link, since sources are no part of the site.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

project = "The AnT-Linux testbed"
author = "its authors"
html_title = project
html_theme = "alabaster"  # Sphinx's own: small, and as wide as the screen
html_theme_options = {"page_width": "70rem", "fixed_sidebar": True, "sidebar_collapse": True, "show_powered_by": False}
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html"]}
html_static_path = ["style"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
extensions = ["myst_parser"]
myst_heading_anchors = 4  # as GitHub makes them
exclude_patterns = ["style", "conf.py"]
pygments_style = "default"
highlight_language = "text"

root_doc = "index"  # which README.md becomes

# The groups are those of docs/README.md; the titles are the pages' own.
GROUPS = {
    "Run it": "hosts kernels reproducing-the-paper file-systems-and-drivers command-line releases kvm libvirt",
    "Understand it": "README architecture one-call seeing-calls protocol reliability memory-map servers disk-model"
    " /mint-patches/README /testbed/README",
    "Change it": "writing-an-ant-program adding-a-system-call writing-an-ant-driver adding-a-machine-profile"
    " /testbed/describe/machines/README adding-a-kernel-version your-own-os debugging /tests/system/README"
    " /CONTRIBUTING /CHANGELOG",
}

_PAGES = Path(__file__).parent
_SOURCES = os.environ.get("SITE_SOURCES", "").rstrip("/")
_CODE_OR_LINK = re.compile(
    r"^ *(```|~~~).*?^ *\1[^\n]*$|(`+).+?\2|(?<!!)\[((?:[^][`]|`[^`]*`)+)\]\(([^)\s]+)\)", re.MULTILINE | re.DOTALL
)


def _contents() -> str:
    """The site's navigation, for the end of its first page."""
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {group}\n\n"
        + "".join(f"{page if page.startswith('/') else f'/docs/{page}'}\n" for page in pages.split())
        + "```\n"
        for group, pages in GROUPS.items()
    )


def _on_the_site(page: str, text: str, target: str) -> str:
    """A link of a page as it is on the site."""
    if target.startswith("#") or re.match(r"[a-z][a-z+.-]*:", target):
        return f"[{text}]({target})"
    path, mark, anchor = target.partition("#")
    here = posixpath.dirname(page)
    place = posixpath.normpath(posixpath.join(here, path))
    if (_PAGES / place / "README.md").is_file():
        place += "/README.md"
    if place == "README.md":
        place = "index.md"
    if (_PAGES / place).is_file():
        return f"[{text}]({posixpath.relpath(place, here or '.')}{mark}{anchor})"
    return f"[{text}]({_SOURCES}/{place}{mark}{anchor})" if _SOURCES else text


def _read(app: Any, page: str, source: list[str]) -> None:
    def linked(match: re.Match[str]) -> str:
        return match[0] if match[3] is None else _on_the_site(page, match[3], match[4])

    source[0] = _CODE_OR_LINK.sub(linked, source[0])
    if page == root_doc:
        source[0] += _contents()


def setup(app: Any) -> None:
    app.connect("source-read", _read)
