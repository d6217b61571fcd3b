#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sums up JUnit result files: names what failed, ends with "N passed, M failed".

    ci/summary.py SUITE=STATUS=FILE.xml ...

A file that is missing, cannot be read or holds no test counts as one failure:
a suite that did not run has not passed. So does a suite that ended with another
status than 0 though none of its tests failed: it was interrupted. Status 0 only
when nothing failed.
"""

import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Count:
    passed: int = 0
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def count_suite(suite: str, status: int, path: Path) -> Count:
    count = Count()
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        count.failed.append(f"{suite}: no results, it did not run to its end ({error})")
        return count
    if not cases:
        count.failed.append(f"{suite}: {path} holds no test")
    for case in cases:
        # CTest gives the same text twice, pytest the file and the function.
        names = dict.fromkeys((case.get("classname", ""), case.get("name", "")))
        name = f"{suite}: {' '.join(names).strip()}"
        skipped = case.find("skipped")
        reason = "" if skipped is None else skipped.get("message", "")
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed.append(name + last_lines(case.findtext("system-out", "")))
        elif case.get("status") == "notrun" and not reason.startswith("SKIP_"):
            # CTest's word for a program that is missing or did not start. A test
            # that skips itself has the same status, and SKIP_REGULAR_EXPRESSION_...
            count.failed.append(f"{name}: not run: {reason}")
        elif skipped is not None or case.get("status") == "disabled":
            count.skipped.append(f"{name}: {reason}")
        else:
            count.passed += 1
    if status != 0 and not count.failed:
        count.failed.append(f"{suite}: ended with status {status}, not all of its tests ran")
    return count


def last_lines(output: str) -> str:
    lines = output.rstrip().splitlines()[-30:]
    return "".join(f"\n    | {line}" for line in lines)


def main(arguments: list[str]) -> int:
    if not arguments or not all(argument.count("=") >= 2 for argument in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    counts = []
    for argument in arguments:
        suite, status, path = argument.split("=", 2)
        counts.append(count_suite(suite, int(status), Path(path)))
    for count in counts:
        for line in count.skipped:
            print(f"skipped  {line}")
        for line in count.failed:
            print(f"FAILED   {line}")
    failed = sum(len(count.failed) for count in counts)
    print(f"{sum(count.passed for count in counts)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
