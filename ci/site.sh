#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The pages as a static site, BUILD/site/site: whatever is a page (*.md) or a picture in the tree, and the newest
# report of make bench, if there is one.
#
#   SITE_SOURCES=URL   where the sources that the pages point at are published; none: those are no links
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

work=$BUILD/site

stage() {
	rm -rf "$work"
	mkdir -p "$work/pages"
	git ls-files -z --cached --others --exclude-standard '*.md' 'docs/*.svg' ':!images' |
		xargs -0 cp --parents -t "$work/pages"
	mv "$work/pages/README.md" "$work/pages/index.md"
	cp -R ci/site/conf.py ci/site/style "$work/pages"
}

# The newest report of make bench, beside the pages.
add_report() {
	local report
	# shellcheck disable=SC2012 # by their times
	report=$(ls -t results/*/report.html 2>/dev/null | head -n 1 || true)
	[ -n "$report" ] || return 0
	cp -R "$(dirname "$report")" "$work/site/report"
}

# -W: what Sphinx warns of, a link to nowhere among it, is an error.
build_site() {
	stage
	/usr/bin/python3 -m sphinx -W --keep-going -q -b html "$work/pages" "$work/site"
	add_report
	ci/site/check.py "$work/site"
}

step "site" "$LOGS/site.log" build_site
echo "site: $work/site/index.html"
